"""Looking after a running platform, on one machine or on AWS, through boto3 alone."""

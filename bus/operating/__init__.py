"""Operating the platform, here and on AWS: dead letters, replays, what is going on. Through boto3 alone."""

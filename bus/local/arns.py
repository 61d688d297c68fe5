"""Amazon resource names: arn:<partition>:<service>:<region>:<account>:<resource>."""


def service_of(arn: str) -> str:
    """The service that an ARN names: "sqs" of "arn:aws:sqs:…"."""
    return arn.split(":", 3)[2]


def queue_url(arn: str) -> str:
    """The URL of the queue with this ARN."""
    region, account, name = arn.split(":", 5)[3:]
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"

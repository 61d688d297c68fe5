"""Amazon SQS."""

from bus.local.sqs.room import SqsRoom

__all__ = ["SqsRoom"]

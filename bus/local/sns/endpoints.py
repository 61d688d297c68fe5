"""The protocols that a subscription may have, and what an endpoint of each looks like (API reference, Subscribe)."""

import re

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.sns.errors import invalid

_QUEUE = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(?P<fifo>\.fifo)?")
_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::.+)?")
_STREAM = re.compile(r"arn:aws[a-z-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream/[A-Za-z0-9_.-]+")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

RAW = ("sqs", "http", "https", "firehose")
"""The protocols that know raw delivery (developer guide, "Amazon SNS raw message delivery")."""

CONFIRMED = ("http", "https", "email", "email-json")
"""The protocols whose endpoints confirm a subscription before they get anything."""


def check_endpoint(protocol: str, endpoint: str, *, fifo: bool) -> None:
    """Raises AwsError for an endpoint that is none of its protocol, or that a topic of this kind does not deliver to.

    Raises UnsupportedOperationError for mobile applications.
    """
    if protocol == "application":
        raise UnsupportedOperationError("subscriptions of mobile applications, or anything with platform applications")
    if protocol not in _CHECKS:
        raise invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    if not endpoint:
        raise invalid("Endpoint")
    _CHECKS[protocol](protocol, endpoint)
    if fifo and protocol != "sqs":
        raise invalid("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue")
    if not fifo and protocol == "sqs" and is_fifo_queue(endpoint):
        raise invalid(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        )


def is_queue(arn: str) -> bool:
    """Whether this is the ARN of a queue."""
    return _QUEUE.fullmatch(arn) is not None


def is_fifo_queue(arn: str) -> bool:
    return arn.endswith(".fifo")


def _queue(_: str, endpoint: str) -> None:
    if not is_queue(endpoint):
        raise invalid("SQS endpoint ARN")


def _function(_: str, endpoint: str) -> None:
    if _FUNCTION.fullmatch(endpoint) is None:
        raise invalid("Lambda endpoint ARN")


def _stream(_: str, endpoint: str) -> None:
    if _STREAM.fullmatch(endpoint) is None:
        raise invalid("Firehose endpoint ARN")


def _url(protocol: str, endpoint: str) -> None:
    if not endpoint.startswith(f"{protocol}://"):
        raise invalid("Endpoint must match the specified protocol")


def _mail(_: str, endpoint: str) -> None:
    if _ADDRESS.fullmatch(endpoint) is None:
        raise invalid("Email address")


def _text(_: str, endpoint: str) -> None:
    if _NUMBER.fullmatch(endpoint) is None:
        raise AwsError("InvalidParameter", f"Invalid SMS endpoint: {endpoint}")


_CHECKS = {
    "sqs": _queue,
    "lambda": _function,
    "firehose": _stream,
    "http": _url,
    "https": _url,
    "email": _mail,
    "email-json": _mail,
    "sms": _text,
}

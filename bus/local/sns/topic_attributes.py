"""The attributes of a topic: which there are, and what each may be (API reference, CreateTopic, SetTopicAttributes)."""

import re
from collections.abc import Callable
from typing import Any

from bus.local.errors import AwsError
from bus.local.json_texts import read
from bus.local.sns.delivery_policy import topic_policy
from bus.local.sns.errors import invalid

Check = Callable[[str], bool]

DEFAULT_MAXIMUM_SIZE = 262_144  # bytes
LARGEST_MAXIMUM_SIZE = 1_048_576
_SMALLEST_MAXIMUM_SIZE = 1024
_LONGEST_DISPLAY_NAME = 100
_LONGEST_ARCHIVE = 365  # days
_FEEDBACK = re.compile(
    r"(?:HTTP|Firehose|Lambda|Application|SQS)(?:(?:Success|Failure)FeedbackRoleArn|(?P<rate>SuccessFeedbackSampleRate))"
)
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")


def check_topic_attribute(name: str, text: str, *, fifo: bool, creating: bool) -> None:
    """Raises AwsError for an attribute that SNS does not know, or a value that it refuses; "" is the default again.

    The feedback roles and rates are for logs of deliveries in CloudWatch Logs, `KmsMasterKeyId` for encryption at rest,
    `TracingConfig` for X-Ray: kept and answered, and nothing else, for the ledger is the log.
    """
    announced = "Attributes Reason: " if creating else ""
    feedback = _FEEDBACK.fullmatch(name)
    if name == "DeliveryPolicy":
        if text:
            topic_policy(text)
    elif name in _FIFO_ONLY and not fifo:
        raise invalid(f"{announced}{name} can only be set for FIFO topics")
    elif feedback is not None:
        check = _is_percentage if feedback["rate"] else _is_role
        _check(text, check, f"{announced}{name}")
    elif name in _CHECKS:
        _check(text, _CHECKS[name], f"{announced}{name}")
    elif creating:
        raise invalid(f"Attributes Reason: Unknown attribute {name}")
    else:
        raise invalid("AttributeName")


def checked_policy(text: str) -> dict[str, Any]:
    """A topic's access policy. Raises AwsError; whom it lets in does not matter: the plane checks no permissions."""
    policy = _object(text)
    statements = None if policy is None else policy.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    if policy is None or not isinstance(statements, list) or not all(map(_is_statement, statements)):
        raise invalid("Policy Error: null")
    for statement in statements:
        actions = statement.get("Action", [])
        for action in [actions] if isinstance(actions, str) else actions:
            if action != "*" and not str(action).lower().startswith("sns:"):
                raise invalid("Policy statement action out of service scope!")
    return policy


def archive_days(text: str) -> int | None:
    """The retention period of an ArchivePolicy, in days; None for a policy that keeps nothing. Raises AwsError."""
    policy = _object(text) if text else {}
    if policy == {}:
        return None
    days = str(policy.get("MessageRetentionPeriod")) if policy is not None else ""
    if not (days.isdecimal() and 1 <= int(days) <= _LONGEST_ARCHIVE and policy and len(policy) == 1):
        raise invalid(f"ArchivePolicy: MessageRetentionPeriod must be between 1 and {_LONGEST_ARCHIVE} days")
    return int(days)


def _check(text: str, check: Check, what: str) -> None:
    if text and not check(text):
        raise invalid(what)


def _is_statement(value: object) -> bool:
    return isinstance(value, dict) and value.get("Effect") in ("Allow", "Deny")


def _is_role(text: str) -> bool:
    return _ROLE.fullmatch(text) is not None


def _is_percentage(text: str) -> bool:
    return text.isdecimal() and int(text) <= 100  # noqa: PLR2004 - per cent


def _is_size(text: str) -> bool:
    return text.isdecimal() and _SMALLEST_MAXIMUM_SIZE <= int(text) <= LARGEST_MAXIMUM_SIZE


def _is_boolean(text: str) -> bool:
    return text in ("true", "false")


def _raises_nothing(checked: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        checked(text)
        return True

    return check


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = read(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


_CHECKS: dict[str, Check] = {
    "DisplayName": lambda text: len(text) <= _LONGEST_DISPLAY_NAME,
    "Policy": _raises_nothing(checked_policy),
    "SignatureVersion": lambda text: text in ("1", "2"),
    "MaximumMessageSize": _is_size,
    "KmsMasterKeyId": lambda text: len(text) <= 2048,  # noqa: PLR2004 - the longest key id of KMS
    "TracingConfig": lambda text: text in ("PassThrough", "Active"),
    "ContentBasedDeduplication": _is_boolean,
    "FifoThroughputScope": lambda text: text in ("Topic", "MessageGroup"),
    "ArchivePolicy": _raises_nothing(archive_days),
}
_FIFO_ONLY = ("ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy")


def check_irreversible(before: str | None, after: str) -> None:
    """Raises AwsError for a FIFO topic's way back from high throughput ("High throughput FIFO topics")."""
    if before == "MessageGroup" and after != "MessageGroup":
        raise AwsError(
            "InvalidParameter", "Invalid parameter: FifoThroughputScope can not be changed from MessageGroup"
        )

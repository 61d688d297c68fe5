"""The documents among a queue's attributes: redrive policy, redrive allow policy, access policy.

SQS API reference, SetQueueAttributes; developer guide, "Using dead-letter queues in Amazon SQS".
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from bus.local.sqs.errors import SqsError, invalid_value

MAX_RECEIVES = 1000
_MOST_SOURCES = 10
_WHOLE_NUMBER = re.compile(r"[0-9]{1,20}")
_QUEUE_ARN = re.compile(r"arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?")
_UNSUPPORTED = "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format."


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where a message goes instead of being received more than `max_receives` times."""

    target_arn: str
    max_receives: int


@dataclass(frozen=True, slots=True)
class RedriveAllow:
    """Which queues may send their dead letters here: all (None), or those named."""

    sources: frozenset[str] | None = None

    def allows(self, source_arn: str) -> bool:
        return self.sources is None or source_arn in self.sources


def document(name: str, text: str) -> dict[str, Any]:
    """The JSON object that the attribute `name` holds. Raises SqsError for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid_document(name) from error
    if not isinstance(found, dict):
        raise invalid_document(name)
    return found


def invalid_document(name: str) -> SqsError:
    return SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def access_policy(text: str) -> dict[str, Any]:
    """The access policy in `text`, its statements in a list. Raises SqsError for what is none."""
    policy = document("Policy", text)
    given = policy.get("Statement", [])
    statements = given if isinstance(given, list) else [given]
    if not all(isinstance(statement, dict) for statement in statements):
        raise invalid_document("Policy")
    return policy | {"Statement": statements}


def is_within(text: str, low: int, high: int) -> bool:
    """Whether `text` is a whole number of the range."""
    return _WHOLE_NUMBER.fullmatch(text) is not None and low <= int(text) <= high


def redrive(text: str) -> Redrive:
    """What a RedrivePolicy says. Raises SqsError."""
    policy = document("RedrivePolicy", text)
    for name in ("deadLetterTargetArn", "maxReceiveCount"):
        if name not in policy:
            raise _refused_redrive(text, f"Redrive policy does not contain mandatory attribute: {name}.")
    for name in policy:
        if name not in ("deadLetterTargetArn", "maxReceiveCount"):
            raise _refused_redrive(text, f"Redrive policy contains an unknown attribute: {name}.")
    count = str(policy["maxReceiveCount"])
    if not is_within(count, 1, MAX_RECEIVES):
        reason = (
            f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to {MAX_RECEIVES} both inclusive."
        )
        raise _refused_redrive(text, reason)
    target = str(policy["deadLetterTargetArn"])
    if _QUEUE_ARN.fullmatch(target) is None:
        raise _refused_redrive(text, "Invalid value for deadLetterTargetArn.")
    return Redrive(target, int(count))


def redrive_allow(text: str) -> RedriveAllow:
    """What a RedriveAllowPolicy says. Raises SqsError."""
    policy = document("RedriveAllowPolicy", text)
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    known = policy.keys() <= {"redrivePermission", "sourceQueueArns"}
    if permission == "byQueue" and known and isinstance(sources, list) and _are_queues(sources):
        return RedriveAllow(frozenset(sources))
    if permission in ("allowAll", "denyAll") and known and sources is None:
        return RedriveAllow(None if permission == "allowAll" else frozenset())
    raise invalid_value("RedriveAllowPolicy", text, _UNSUPPORTED)


def _are_queues(sources: list[Any]) -> bool:
    """Up to ten ARNs of queues: `sourceQueueArns` goes with byQueue alone."""
    if not 1 <= len(sources) <= _MOST_SOURCES:
        return False
    return all(isinstance(arn, str) and _QUEUE_ARN.fullmatch(arn) is not None for arn in sources)


def _refused_redrive(text: str, reason: str) -> SqsError:
    return invalid_value("RedrivePolicy", text, reason)

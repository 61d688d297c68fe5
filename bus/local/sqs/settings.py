"""A queue's attributes: what may be set, within which bounds, and what they mean.

From the SQS API reference, SetQueueAttributes and CreateQueue.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.sqs.contents import MAXIMUM_SIZE
from bus.local.sqs.errors import SqsError, invalid_value

_BOUNDS = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, MAXIMUM_SIZE),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
_CHOICES = {
    "FifoQueue": ("true",),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("messageGroup", "queue"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
    "SqsManagedSseEnabled": ("true", "false"),
}
# An empty string removes these.
_DOCUMENTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
_FREE = (*_DOCUMENTS, "KmsMasterKeyId")
_FIFO_ONLY = ("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
_DEFAULTS = {
    "VisibilityTimeout": "30",
    "MaximumMessageSize": str(MAXIMUM_SIZE),
    "MessageRetentionPeriod": "345600",
    "DelaySeconds": "0",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
}
_FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
MAX_RECEIVES = 1000


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where a message goes instead of being received more than `max_receives` times."""

    target_arn: str
    max_receives: int


@dataclass(frozen=True)
class Settings:
    """The attributes of one queue, as set (`texts`, in AWS's spelling) and as meant (seconds, bytes)."""

    fifo: bool
    texts: Mapping[str, str]
    visibility_timeout: float = field(init=False)
    delay: float = field(init=False)
    retention: float = field(init=False)
    maximum_size: int = field(init=False)
    content_based: bool = field(init=False)
    per_group: bool = field(init=False)
    redrive: Redrive | None = field(init=False)

    def __post_init__(self) -> None:
        texts = self.texts
        meant = {
            "visibility_timeout": float(texts["VisibilityTimeout"]),
            "delay": float(texts["DelaySeconds"]),
            "retention": float(texts["MessageRetentionPeriod"]),
            "maximum_size": int(texts["MaximumMessageSize"]),
            "content_based": texts.get("ContentBasedDeduplication") == "true",
            "per_group": texts.get("DeduplicationScope") == "messageGroup",
            "redrive": _redrive(texts["RedrivePolicy"]) if "RedrivePolicy" in texts else None,
        }
        for name, value in meant.items():
            object.__setattr__(self, name, value)

    @classmethod
    def new(cls, attributes: Mapping[str, str], *, fifo: bool) -> "Settings":
        """Those of a new queue. Raises SqsError for what SQS refuses."""
        return cls(fifo, _DEFAULTS | (_FIFO_DEFAULTS if fifo else {})).changed(attributes)

    def changed(self, attributes: Mapping[str, str]) -> "Settings":
        """These settings with some set anew. Raises SqsError for what SQS refuses."""
        for name, text in attributes.items():
            _check(name, text, fifo=self.fifo)
        texts = {**self.texts, **attributes}
        return Settings(self.fifo, {name: text for name, text in texts.items() if text or name not in _DOCUMENTS})

    def allows(self, source_arn: str) -> bool:
        """Whether the queue's RedriveAllowPolicy lets `source_arn` use it for its dead letters."""
        policy = json.loads(self.texts.get("RedriveAllowPolicy", "{}"))
        permission = policy.get("redrivePermission", "allowAll")
        return permission == "allowAll" or (permission == "byQueue" and source_arn in policy.get("sourceQueueArns", []))


def _check(name: str, text: str, *, fifo: bool) -> None:
    if name not in (*_BOUNDS, *_CHOICES, *_FREE) or (name in _FIFO_ONLY and not fifo):
        raise SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")
    if name in _CHOICES and text not in _CHOICES[name]:
        raise _invalid(name)
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        if not text.isdecimal() or not low <= int(text) <= high:
            raise _invalid(name)
    if name in _DOCUMENTS and text:
        _document(name, text)


def _invalid(name: str) -> SqsError:
    return SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def _document(name: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _invalid(name) from error
    if not isinstance(document, dict):
        raise _invalid(name)
    return document


def _redrive(text: str) -> Redrive:
    policy = _document("RedrivePolicy", text)

    if policy.keys() != {"deadLetterTargetArn", "maxReceiveCount"}:
        raise invalid_value("RedrivePolicy", text, "Redrive policy must hold deadLetterTargetArn and maxReceiveCount.")
    count = str(policy["maxReceiveCount"])
    if not count.isdecimal() or not 1 <= int(count) <= MAX_RECEIVES:
        raise invalid_value(
            "RedrivePolicy",
            text,
            f"Invalid value for maxReceiveCount: {count}.",
        )
    return Redrive(policy["deadLetterTargetArn"], int(count))

"""A queue's attributes: what may be set, within which bounds, and what they mean.

From the SQS API reference, SetQueueAttributes and CreateQueue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.local.sqs.contents import MAXIMUM_SIZE
from bus.local.sqs.errors import SqsError, unknown_attribute
from bus.local.sqs.policies import Redrive, RedriveAllow, access_policy, is_within, redrive, redrive_allow

_BOUNDS = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, MAXIMUM_SIZE),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
_CHOICES = {
    "FifoQueue": ("true", "false"),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("messageGroup", "queue"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
    "SqsManagedSseEnabled": ("true", "false"),
}
# An empty string removes these.
_REMOVABLE = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")
FIFO_ONLY = ("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
SETTABLE = (*_BOUNDS, *_CHOICES, *_REMOVABLE)
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
_REUSE = "KmsDataKeyReusePeriodSeconds"
_WITH_KEY = {_REUSE, "SqsManagedSseEnabled"}  # what a KMS key changes beside itself
_ONE_ENCRYPTION = (
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
)


@dataclass(frozen=True)
class Settings:
    """The attributes of one queue, as set (`texts`, in AWS's spelling) and as meant (seconds, bytes)."""

    fifo: bool
    texts: Mapping[str, str]
    visibility_timeout: float = field(init=False)
    delay: float = field(init=False)
    retention: float = field(init=False)
    wait: float = field(init=False)
    maximum_size: int = field(init=False)
    content_based: bool = field(init=False)
    per_group: bool = field(init=False)
    redrive: Redrive | None = field(init=False)
    redrive_allow: RedriveAllow = field(init=False)

    def __post_init__(self) -> None:
        texts = self.texts
        meant = {
            "visibility_timeout": float(texts["VisibilityTimeout"]),
            "delay": float(texts["DelaySeconds"]),
            "retention": float(texts["MessageRetentionPeriod"]),
            "wait": float(texts["ReceiveMessageWaitTimeSeconds"]),
            "maximum_size": int(texts["MaximumMessageSize"]),
            "content_based": texts.get("ContentBasedDeduplication") == "true",
            "per_group": texts.get("DeduplicationScope") == "messageGroup",
            "redrive": redrive(texts["RedrivePolicy"]) if "RedrivePolicy" in texts else None,
            "redrive_allow": redrive_allow(texts.get("RedriveAllowPolicy", '{"redrivePermission": "allowAll"}')),
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
            self._check(name, text)
        texts = _encrypted({**self.texts, **attributes}, attributes)
        if texts.get("FifoThroughputLimit") == "perMessageGroupId" and texts["DeduplicationScope"] != "messageGroup":
            reason = (
                "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
            )
            raise _invalid("FifoThroughputLimit", reason)
        return Settings(self.fifo, {name: text for name, text in texts.items() if text})

    def with_defaults(self, names: set[str]) -> "Settings":
        """These settings without what was set of `names`: what has a default goes back to it."""
        defaults = _DEFAULTS | (_FIFO_DEFAULTS if self.fifo else {})
        dropped = names | _WITH_KEY if "KmsMasterKeyId" in names else names
        kept = {name: text for name, text in self.texts.items() if name not in dropped}
        return Settings(self.fifo, defaults | kept)

    def _check(self, name: str, text: str) -> None:
        if name not in SETTABLE or (name in FIFO_ONLY and not self.fifo):
            raise unknown_attribute(name)
        if name == "FifoQueue" and text != "true":
            raise _invalid(name, "Modifying queue type is not supported.")
        if (not text and name not in _REMOVABLE) or (name in _CHOICES and text not in _CHOICES[name]):
            raise _invalid(name)
        if name in _BOUNDS:
            low, high = _BOUNDS[name]
            if not is_within(text, low, high):
                raise _invalid(name)
        if name == "Policy" and text:
            access_policy(text)


def _encrypted(texts: dict[str, str], set_now: Mapping[str, str]) -> dict[str, str]:
    """SSE-KMS and SSE-SQS exclude each other; a key switches SQS's own encryption off."""
    if not texts.get("KmsMasterKeyId"):
        return texts
    if set_now.get("SqsManagedSseEnabled") == "true":
        raise SqsError("InvalidAttributeName", _ONE_ENCRYPTION)
    return {_REUSE: "300"} | texts | {"SqsManagedSseEnabled": "false"}


def _invalid(name: str, reason: str = "") -> SqsError:
    because = f" Reason: {reason}" if reason else ""
    return SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.{because}")

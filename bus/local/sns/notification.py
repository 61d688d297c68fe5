"""A published message, and the forms in which subscribers get it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from bus.local.json_texts import read
from bus.local.sns.signing import signature
from bus.local.times import iso
from bus.patterns import filterable

Attributes = Mapping[str, Mapping[str, Any]]

UNSUBSCRIBE = "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="


@dataclass(eq=False)
class Notification:
    """One message of a topic. `messages` are its texts by protocol, with "default" (MessageStructure).

    `shown` says whether subscribers get its attributes, which filter policies see in any case: "Message attributes are
    sent only when the message structure is String, not JSON" (developer guide, "Amazon SNS message attributes"). Those
    of a FIFO topic have a group, an id for deduplication and a `sequence_number`; others may have a group.
    """

    id: str
    topic_arn: str
    at: float
    messages: Mapping[str, str]
    subject: str | None = None
    attributes: Attributes = field(default_factory=dict)
    signature_version: str = "1"
    shown: bool = True
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    replayed: bool = False
    _around: dict[tuple[str, bool], tuple[str, str]] = field(default_factory=dict, init=False, repr=False)

    kind = "Notification"

    def text(self, protocol: str) -> str:
        """The message that subscribers of `protocol` get."""
        return self.messages.get(protocol, self.messages["default"])

    def envelope(self, protocol: str, subscription_arn: str) -> str:
        """The JSON document around the message (developer guide, "Parsing message formats").

        That of a FIFO topic has a sequence number and no signature, that for Firehose neither.
        """
        key = (self.text(protocol), protocol == "firehose")
        around = self._around.get(key)
        if around is None:
            around = self._around[key] = self._envelope(*key)
        # The document differs by subscription in this one place, and ARNs need no escapes.
        return f"{around[0]}{subscription_arn}{around[1]}"

    def records(self, subscription_arn: str) -> bytes:
        """The event that a function gets (Lambda developer guide, "Process Amazon SNS notifications")."""
        sns = self._head | {
            "Subject": self.subject,
            "Message": self.text("lambda"),
            "Timestamp": self.timestamp,
            **signature(self.signature_version, "SigningCertUrl"),
            "UnsubscribeUrl": UNSUBSCRIBE + subscription_arn,
            "MessageAttributes": self._shown_attributes,
        }
        record = {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription_arn,
            "Sns": sns,
        }
        return orjson.dumps({"Records": [record]})

    @property
    def sent_attributes(self) -> Attributes:
        """The attributes that raw delivery gives to a queue."""
        return self.attributes if self.shown else {}

    @cached_property
    def filterable_attributes(self) -> dict[str, Any]:
        """What a filter policy of scope MessageAttributes looks at."""
        return filterable(self.attributes)

    @cached_property
    def filterable_body(self) -> dict[str, Any] | None:
        """What a filter policy of scope MessageBody looks at; None for a body that is no JSON object."""
        try:
            body = read(self.messages["default"])
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    @cached_property
    def timestamp(self) -> str:
        return iso(self.at)

    def _envelope(self, text: str, unsigned: bool) -> tuple[str, str]:  # noqa: FBT001 - called with a key's two parts
        """What comes before the subscription's ARN, and what after."""
        document: dict[str, str] = {"Type": "Notification", "MessageId": self.id}
        if self.sequence_number is not None:
            document["SequenceNumber"] = self.sequence_number
        document["TopicArn"] = self.topic_arn
        if self.subject is not None:
            document["Subject"] = self.subject
        document["Message"], document["Timestamp"] = text, self.timestamp
        if not unsigned and self.sequence_number is None:
            document.update(signature(self.signature_version, "SigningCertURL"))
        document["UnsubscribeURL"] = UNSUBSCRIBE
        before = orjson.dumps(document).decode()[:-2]
        shown = self._shown_attributes
        after = ({"MessageAttributes": shown} if shown else {}) | ({"Replayed": "true"} if self.replayed else {})
        return before, '",' + orjson.dumps(after).decode()[1:] if after else '"}'

    @cached_property
    def _head(self) -> dict[str, str | None]:
        return {"Type": "Notification", "MessageId": self.id, "TopicArn": self.topic_arn}

    @cached_property
    def _shown_attributes(self) -> dict[str, dict[str, str]]:
        return {name: {"Type": one["DataType"], "Value": _shown(one)} for name, one in self.sent_attributes.items()}


def _shown(value: Mapping[str, Any]) -> str:
    binary = value.get("BinaryValue")
    return str(value["StringValue"]) if binary is None else b64encode(binary).decode()

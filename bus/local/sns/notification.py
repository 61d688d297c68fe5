"""A published message, and the forms in which subscribers get it."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bus.local.times import iso
from bus.patterns import filterable

Attributes = Mapping[str, Mapping[str, Any]]

# SNS signs with a key of its own; nothing here holds one, and the field says so.
_SIGNATURE = b64encode(b"not signed: the local event plane").decode()
_CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-local.pem"
_UNSUBSCRIBE = "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="


@dataclass(frozen=True)
class Notification:
    """One message of a topic. `messages` are its texts by protocol, with "default" (MessageStructure)."""

    id: str
    topic_arn: str
    at: float
    messages: Mapping[str, str]
    subject: str | None = None
    attributes: Attributes = field(default_factory=dict)
    signature_version: str = "1"

    def text(self, protocol: str) -> str:
        """The message that subscribers of `protocol` get."""
        return self.messages.get(protocol, self.messages["default"])

    def envelope(self, subscription_arn: str) -> str:
        """The JSON document that a queue gets (developer guide, "Parsing message formats")."""
        subject = {} if self.subject is None else {"Subject": self.subject}
        attributes = {"MessageAttributes": self._shown} if self.attributes else {}
        return json.dumps(
            self._head
            | subject
            | {
                "Message": self.text("sqs"),
                "Timestamp": self._timestamp,
                "SignatureVersion": self.signature_version,
                "Signature": _SIGNATURE,
                "SigningCertURL": _CERTIFICATE,
                "UnsubscribeURL": _UNSUBSCRIBE + subscription_arn,
            }
            | attributes
        )

    def records(self, subscription_arn: str) -> bytes:
        """The event that a function gets (Lambda developer guide, "Process Amazon SNS notifications")."""
        sns = self._head | {
            "Subject": self.subject,
            "Message": self.text("lambda"),
            "Timestamp": self._timestamp,
            "SignatureVersion": self.signature_version,
            "Signature": _SIGNATURE,
            "SigningCertUrl": _CERTIFICATE,
            "UnsubscribeUrl": _UNSUBSCRIBE + subscription_arn,
            "MessageAttributes": self._shown,
        }
        record = {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription_arn,
            "Sns": sns,
        }
        return json.dumps({"Records": [record]}).encode()

    @cached_property
    def filterable_attributes(self) -> dict[str, Any]:
        """What a filter policy of scope MessageAttributes looks at."""
        return filterable(self.attributes)

    @cached_property
    def filterable_body(self) -> dict[str, Any] | None:
        """What a filter policy of scope MessageBody looks at; None for a body that is no JSON object."""
        try:
            body = json.loads(self.messages["default"])
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    @cached_property
    def _head(self) -> dict[str, str]:
        return {"Type": "Notification", "MessageId": self.id, "TopicArn": self.topic_arn}

    @cached_property
    def _timestamp(self) -> str:
        return iso(self.at)

    @cached_property
    def _shown(self) -> dict[str, dict[str, str]]:
        return {name: {"Type": value["DataType"], "Value": _shown(value)} for name, value in self.attributes.items()}


def _shown(value: Mapping[str, Any]) -> str:
    binary = value.get("BinaryValue")
    return str(value["StringValue"]) if binary is None else b64encode(binary).decode()

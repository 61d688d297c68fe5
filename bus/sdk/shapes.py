"""The shapes that an event arrives in, each led back to EventBridge's own."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from bus.sdk.errors import UnreadableEventError

_MEMBERS = {"source", "detail-type", "detail"}

Arrival = Mapping[str, Any]


def from_eventbridge(event: Arrival) -> Arrival:
    """What a rule with a Lambda target hands over; every other shape ends here."""
    return _checked(event, "the invocation")


def from_sqs(record: Arrival) -> Arrival:
    """The body is the event itself (a rule's target, raw delivery), or the notification of a topic."""
    return _of_text(record["body"], f"SQS message {record.get('messageId')}")


def from_sns(record: Arrival) -> Arrival:
    """A topic that invokes the function itself."""
    return _of_text(record["Sns"]["Message"], f"SNS message {record['Sns'].get('MessageId')}")


def from_kinesis(record: Arrival) -> Arrival:
    """The data of a stream's record, which Lambda hands over in Base64."""
    kinesis = record["kinesis"]
    return _of_text(base64.b64decode(kinesis["data"]), f"Kinesis record {kinesis.get('sequenceNumber')}")


def _of_text(text: str | bytes, where: str) -> Arrival:
    body = _object(text, where)
    if body.get("Type") == "Notification" and "Message" in body:
        body = _object(body["Message"], where)
    return _checked(body, where)


def _checked(event: Arrival, where: str) -> Arrival:
    if not event.keys() >= _MEMBERS:
        raise UnreadableEventError(where, "holds no source, detail-type and detail")
    return event


def _object(text: str | bytes, where: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        # Not from the parser's error, which holds the whole document.
        raise UnreadableEventError(where, "is not JSON") from None
    if not isinstance(body, dict):
        raise UnreadableEventError(where, "is not a JSON object")
    return body

"""What Publish accepts."""

import json

from bus.local.errors import AwsError
from bus.local.operations import Params
from bus.local.sns.errors import invalid
from bus.local.sns.notification import Attributes
from bus.patterns import filterable

_LONGEST_SUBJECT = 100


def size(params: Params) -> int:
    """Bytes that count against the topic's limit: the message and its attributes."""
    attributes: Attributes = params.get("MessageAttributes") or {}
    return len(params["Message"].encode()) + sum(
        len(name.encode()) + len(value["DataType"]) + len(value.get("BinaryValue") or value["StringValue"].encode())
        for name, value in attributes.items()
    )


def checked_messages(params: Params) -> dict[str, str]:
    """The message by protocol. Raises AwsError."""
    message: str = params["Message"]
    if not message:
        raise invalid("Empty message")
    if params.get("MessageStructure") is None:
        return {"default": message}
    if params["MessageStructure"] != "json":
        raise invalid("MessageStructure")
    try:
        messages = json.loads(message)
    except ValueError as error:
        raise invalid("Message Structure - JSON message body failed to parse") from error
    if not isinstance(messages, dict) or not isinstance(messages.get("default"), str):
        raise invalid("Message Structure - No default entry in JSON message body")
    return {protocol: text for protocol, text in messages.items() if isinstance(text, str)}


def checked_subject(params: Params) -> str | None:
    """The subject, of up to 100 printable ASCII characters. Raises AwsError."""
    subject: str | None = params.get("Subject")
    if subject is not None and not (
        0 < len(subject) <= _LONGEST_SUBJECT and subject.isascii() and subject.isprintable() and subject[0] != " "
    ):
        raise invalid("Subject")
    return subject


def checked_attributes(params: Params) -> Attributes:
    """The message attributes. Raises AwsError for a type or value that SNS refuses."""
    attributes: Attributes = params.get("MessageAttributes") or {}
    for name, value in attributes.items():
        kind = value["DataType"].partition(".")[0]
        if kind not in ("String", "Number", "Binary"):
            raise _unusable(name, "has an invalid message attribute type")
        if not value.get("BinaryValue" if kind == "Binary" else "StringValue"):
            raise _unusable(name, "must contain a non-empty value of its type")
        if kind == "Number" and not filterable({name: value}):
            raise _unusable(name, "must be a number")
    return attributes


def _unusable(name: str, why: str) -> AwsError:
    return AwsError("ParameterValueInvalid", f"The message attribute '{name}' {why}.")

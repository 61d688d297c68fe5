"""What a message may hold, how large it is, and its checksums.

The rules are those of the SQS API reference (SendMessage, MessageAttributeValue); the checksum of
attributes is the developer guide's "Calculating the MD5 message digest for message attributes".
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from struct import pack
from typing import Any

from bus.local.sqs.errors import SqsError, invalid_value, missing

Attributes = Mapping[str, Mapping[str, Any]]

MAXIMUM_SIZE = 1_048_576  # bytes: of a message and of a batch, since 2026-01
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!(?:aws|amazon)\.)(?!.*\.\.)[\w-](?:[\w.-]{0,254}[\w-])?", re.IGNORECASE | re.ASCII)
_STRING, _BINARY = b"\x01", b"\x02"


def checked_body(body: str) -> bytes:
    """The body in UTF-8. Raises SqsError for an empty body and for characters outside XML's."""
    if not body:
        raise missing("MessageBody")
    if _FORBIDDEN.search(body):
        raise SqsError(
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
            "#xE000 to #xFFFD | #x10000 to #x10FFFF",
        )
    return body.encode()


def check_attributes(attributes: Attributes) -> None:
    """Raises SqsError for more than ten attributes, and for a name, type or value that SQS refuses."""
    if len(attributes) > 10:  # noqa: PLR2004 - the quota on message attributes
        raise SqsError(
            "InvalidParameterValue",
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10].",
        )
    for name, value in attributes.items():
        if _ATTRIBUTE_NAME.fullmatch(name) is None:
            raise SqsError("InvalidParameterValue", f"The message attribute name '{name}' is invalid.")
        _check_value(name, value)


def _check_value(name: str, value: Mapping[str, Any]) -> None:
    kind = value["DataType"].partition(".")[0]
    if kind not in ("String", "Number", "Binary"):
        raise SqsError(
            "InvalidParameterValue",
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
            "prefixes is Binary, Number, and String.",
        )
    member = "BinaryValue" if kind == "Binary" else "StringValue"
    if not value.get(member):
        raise SqsError("InvalidParameterValue", f"The message attribute '{name}' must contain a non-empty {member}.")
    if kind == "Number" and not _is_number(value[member]):
        raise invalid_value(f"MessageAttribute.{name}", value[member], "Must be a number.")
    if kind == "String" and _FORBIDDEN.search(value[member]):
        raise SqsError("InvalidMessageContents", f"Invalid characters found in the message attribute '{name}'.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def size(body: bytes, attributes: Attributes) -> int:
    """Bytes that count against the quota: the body, and each attribute's name, type and value."""
    return len(body) + sum(len(name) + len(kind) + len(value) for name, kind, _, value in _encoded(attributes))


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Attributes) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for name, kind, transport, value in _encoded(attributes):
        digest.update(pack("!I", len(name)) + name + pack("!I", len(kind)) + kind)
        digest.update(transport + pack("!I", len(value)) + value)
    return digest.hexdigest()


def _encoded(attributes: Attributes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    for name in sorted(attributes):
        value = attributes[name]
        binary = value["DataType"].startswith("Binary")
        data = value["BinaryValue"] if binary else value["StringValue"].encode()
        yield name.encode(), value["DataType"].encode(), _BINARY if binary else _STRING, data


def chosen(attributes: Attributes, names: list[str]) -> Attributes:
    """The attributes that `MessageAttributeNames` asks for: names, "All", ".*", or prefixes such as "bar.*"."""
    if not names or not attributes:
        return {}
    if "All" in names or ".*" in names:
        return attributes
    prefixes = tuple(name.removesuffix("*") for name in names if name.endswith(".*"))
    return {name: value for name, value in attributes.items() if name in names or name.startswith(prefixes)}

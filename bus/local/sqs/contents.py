"""What a message may hold, how large it is, and its checksums.

The rules are those of the SQS API reference (SendMessage, MessageAttributeValue); the checksum of
attributes is the developer guide's "Calculating the MD5 message digest for message attributes".
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from struct import pack
from types import MappingProxyType
from typing import Any

from bus.local.sqs.errors import SqsError, missing, prefixed, refused

Attributes = Mapping[str, Mapping[str, Any]]

MAXIMUM_SIZE = 1_048_576  # bytes: of a message and of a batch, since 2026-01
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHARACTERS = (
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
    "#xE000 to #xFFFD | #x10000 to #x10FFFF."
)
LONGEST_NAME = 256  # characters of an attribute's name, and of its type
_ATTRIBUTE_NAME = re.compile(r"(?!(?:aws|amazon)\.)(?!.*\.\.)[\w-](?:[\w.-]{0,254}[\w-])?", re.IGNORECASE | re.ASCII)
_ALLOWED_ASCII = b"\t\n\r" + bytes(range(0x20, 0x80))
_STRING, _BINARY = b"\x01", b"\x02"


def checked_body(body: str) -> bytes:
    """The body in UTF-8. Raises SqsError for an empty body and for characters outside XML's."""
    if not body:
        raise missing("MessageBody")
    if body.isascii():  # as most are, and then bytes are looked through in a tenth of the time
        encoded = body.encode()
        if not encoded.translate(None, _ALLOWED_ASCII):
            return encoded
    if _FORBIDDEN.search(body):
        raise SqsError("InvalidMessageContents", _CHARACTERS)
    return body.encode()


def check_attributes(attributes: Attributes) -> None:
    """Raises SqsError for more than ten attributes, and for a name, type or value that SQS refuses."""
    if len(attributes) > 10:  # noqa: PLR2004 - the quota on message attributes
        raise refused(f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10].")
    for name, value in attributes.items():
        if _ATTRIBUTE_NAME.fullmatch(name) is None:
            raise refused(
                f"The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, "
                "underscore (_), hyphen (-), and period (.) characters."
            )
        check_value(name, value)


def check_value(name: str, value: Mapping[str, Any], kind: str = "user") -> None:
    """Raises SqsError for a type or value that SQS refuses; `kind` is "user" or "system"."""
    if value.get("StringListValues") or value.get("BinaryListValues"):
        raise prefixed(
            "UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported."
        )
    data_type: str = value["DataType"]
    if not data_type or len(data_type) > LONGEST_NAME or _FORBIDDEN.search(data_type):
        raise refused(f"The message attribute '{name}' must contain non-empty message attribute type.")
    prefix = data_type.partition(".")[0]
    if prefix not in ("String", "Number", "Binary"):
        raise refused(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
            "prefixes is Binary, Number, and String."
        )
    given = value.get("BinaryValue" if prefix == "Binary" else "StringValue")
    if not given:
        raise refused(f"Message ({kind}) attribute '{name}' must contain a non-empty value of type '{data_type}'.")
    if prefix == "Number" and not _is_number(given):
        raise refused(f"Can't cast the value of message ({kind}) attribute '{name}' to a number.")
    if prefix == "String" and _FORBIDDEN.search(given):
        raise SqsError("InvalidMessageContents", f"{_CHARACTERS} Message ({kind}) attribute '{name}'.")


def _is_number(text: str) -> bool:
    """Whether SQS takes it for one: up to 38 digits, from -10^128 to 10^126 (developer guide, "Data types")."""
    try:
        number = Decimal("" if "_" in text else text)  # which Python would read over
    except InvalidOperation:
        return False
    return number.is_finite() and len(number.as_tuple().digits) <= 38 and -(10**128) <= number <= 10**126  # noqa: PLR2004 - as above


def size(body: str | bytes, attributes: Attributes) -> int:
    """Bytes that count against the quota: the body, and each attribute's name, type and value, checked or not."""
    return len(_bytes(body)) + sum(len(name) + len(kind) + len(value) for name, kind, _, value in _encoded(attributes))


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
        data = value.get("BinaryValue" if binary else "StringValue") or b""
        yield _bytes(name), _bytes(value["DataType"]), _BINARY if binary else _STRING, _bytes(data)


def _bytes(given: str | bytes) -> bytes:
    """Text in UTF-8; boto3 takes text for a binary value, too. Halves of surrogate pairs are for others to refuse."""
    return given.encode(errors="surrogatepass") if isinstance(given, str) else bytes(given)


def chosen(attributes: Attributes, names: list[str]) -> Attributes:
    """The attributes that `MessageAttributeNames` asks for: names, "All", ".*", or prefixes such as "bar.*".

    The prefix is "bar": AWS was seen to answer "Hello" to "Hel.*".
    """
    if not names or not attributes:
        return {}
    if not _EVERYTHING.isdisjoint(names):
        return attributes
    prefixes = tuple(name.removesuffix(".*") for name in names if name.endswith(".*"))
    return {name: value for name, value in attributes.items() if name in names or name.startswith(prefixes)}


_EVERYTHING = {"All", ".*", "*"}


def copied(attributes: Attributes) -> Attributes:
    """The attributes as nobody else holds them."""
    return {name: _copied(value) for name, value in attributes.items()} if attributes else NO_ATTRIBUTES


def _copied(value: Mapping[str, Any]) -> dict[str, Any]:
    binary = value.get("BinaryValue")
    return dict(value) if binary is None else {**value, "BinaryValue": _bytes(binary)}


NO_ATTRIBUTES: Attributes = MappingProxyType({})

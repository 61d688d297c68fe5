"""The attributes of a message: names, types, values, and those that SNS keeps for itself.

Developer guide, "Amazon SNS message attributes"; the sentences are those that SNS answers.
"""

import re
from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.json_texts import is_unicode
from bus.local.sns.notification import Attributes
from bus.patterns import filterable

_LONGEST_NAME = 256
_NO_NAME_CHARACTER = re.compile(r"[^A-Za-z0-9_.-]")
_RESERVED = re.compile(r"(?:aws|amazon)\.", re.IGNORECASE)
_SMS = "AWS.SNS.SMS."
# "Reserved message attributes for mobile push notifications", and "Publishing SMS messages to a mobile phone".
_KNOWN = re.compile(r"AWS\.SNS\.MOBILE\.[A-Z_.]+|AWS\.MM\.SMS\.(?:OriginationNumber|EntityId|TemplateId)")
_SMS_VALUES = {
    "SenderID": re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}"),
    "SMSType": re.compile(r"Promotional|Transactional"),
    "MaxPrice": re.compile(r"\d*\.?\d+"),
}


def checked_attributes(given: Attributes | None) -> Attributes:
    """The message attributes. Raises AwsError for a name, type or value that SNS refuses."""
    if not given:
        return {}
    attributes = {name: _own(value) for name, value in given.items()}
    for name, value in attributes.items():
        _check_name(name)
        _check_value(name, value)
        if _RESERVED.match(name):
            _check_reserved(name, value)
    return attributes


def attributes_size(attributes: Attributes) -> int:
    """Bytes that count against a topic's limit: each attribute's name, type and value."""
    return sum(
        len(name.encode())
        + len(value["DataType"])
        + len(value.get("BinaryValue") or value.get("StringValue", "").encode())
        for name, value in attributes.items()
    )


def sms_attribute(attributes: Attributes, name: str) -> str | None:
    """The value of AWS.SNS.SMS.`name`, if the message has it."""
    value = attributes.get(_SMS + name)
    return None if value is None else str(value["StringValue"])


def _own(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A value that is not the caller's to change. Callers of botocore may give text for bytes, and mean it in UTF-8."""
    binary = value.get("BinaryValue")
    if not isinstance(binary, str):
        return dict(value)
    if not is_unicode(binary):
        raise _refused("Message attribute value must be UTF-8 encoded.")
    return {**value, "BinaryValue": binary.encode()}


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise _refused("Length of message attribute name must be less than 256 bytes.")
    if found := _NO_NAME_CHARACTER.search(name):
        raise _refused(
            f"Invalid non-alphanumeric character '#x{ord(found[0]):X}' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if not name:
        raise _refused("Message attribute name must not be empty.")
    for position, word in ((0, "starting"), (-1, "ending")):
        if name[position] == ".":
            raise _refused(f"Invalid message attribute name {word} with character '.' was found.")
    if ".." in name:
        raise _refused("Message attribute name can not have successive '.' character.")


def _check_value(name: str, value: Mapping[str, Any]) -> None:
    kind = value["DataType"].partition(".")[0]
    if kind not in ("String", "Number", "Binary") or not is_unicode(value["DataType"]):
        raise _refused(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
            "prefixes is Binary, Number, and String."
        )
    own, other = ("BinaryValue", "StringValue") if kind == "Binary" else ("StringValue", "BinaryValue")
    if not value.get(own) and value.get(other):
        raise _refused(
            f"The message attribute '{name}' with type '{kind}' must use field '{own.removesuffix('Value')}'."
        )
    if not value.get(own):
        raise _refused(
            f"The message attribute '{name}' must contain non-empty message attribute value for message attribute "
            f"type '{kind}'."
        )
    if kind == "Number" and not filterable({name: value}):
        raise _refused(f"Could not cast message attribute '{name}' value to number.")


def _check_reserved(name: str, value: Mapping[str, Any]) -> None:
    rule = _SMS_VALUES.get(name.removeprefix(_SMS)) if name.startswith(_SMS) else None
    if rule is None and _KNOWN.fullmatch(name) is None:
        raise _refused(f"The message attribute name '{name}' begins with a prefix that is reserved for AWS.")
    if rule is not None and rule.fullmatch(str(value.get("StringValue"))) is None:
        raise AwsError("InvalidParameter", f"Invalid parameter: {name} Reason: {value.get('StringValue')} is not valid")


def _refused(sentence: str) -> AwsError:
    return AwsError("ParameterValueInvalid", sentence)

"""SNS message attributes, as the values that a filter policy compares."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn

from bus.patterns.errors import InvalidEventError
from bus.patterns.wording import exact_text

# As Java reads them, in which SNS is written: a sign, and zeros in front, do no harm.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,400}", re.ASCII)  # Python refuses to read some thousand digits


def filterable(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The event that an SNS_ATTRIBUTES pattern matches, from a Publish call's MessageAttributes.

    String is text, Number a number, String.Array the values of its JSON array; Binary attributes
    are not seen by filters, nor is a String.Array that is not one (SNS developer guide, "Message
    attributes" and "Subscription filter policies"), nor a Number that is none, which SNS does not let
    anybody publish. Raises InvalidEventError for an attribute without a DataType, or without the text
    that its DataType needs as StringValue.
    """
    values = {name: _value(name, attribute) for name, attribute in attributes.items()}
    return {name: value for name, value in values.items() if value is not _UNSEEN}


_UNSEEN = object()


def _value(name: str, attribute: Mapping[str, Any]) -> object:
    kind = _text_of(name, attribute, "DataType")
    base = kind.partition(".")[0]
    if base not in ("String", "Number"):
        return _UNSEEN
    text = _text_of(name, attribute, "StringValue")
    if kind == "String.Array":
        return _array(text)
    return _number(text) if base == "Number" else text


def _text_of(name: str, attribute: object, key: str) -> str:
    text = attribute.get(key) if isinstance(attribute, Mapping) else None
    if not isinstance(text, str):
        raise InvalidEventError(f"not message attributes: {exact_text(name)} has no {key} that is text")
    return text


def _number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return _UNSEEN
    number = float(text)
    if not isfinite(number):
        return _UNSEEN
    return int(text) if _INTEGER.fullmatch(text) else number


def _array(text: str) -> object:
    try:
        array = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _UNSEEN
    return array if isinstance(array, list) else _UNSEEN


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")

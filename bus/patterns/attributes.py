"""SNS message attributes, as the values that a filter policy compares."""

import json
from collections.abc import Mapping
from typing import Any


def filterable(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The event that an SNS_ATTRIBUTES pattern matches, from a Publish call's MessageAttributes.

    String is text, Number a number, String.Array the values of its JSON array; Binary attributes
    are not seen by filters, nor is a String.Array that is not one (SNS developer guide, "Message
    attributes" and "Subscription filter policies").
    """
    values = {name: _value(attribute) for name, attribute in attributes.items()}
    return {name: value for name, value in values.items() if value is not _UNSEEN}


_UNSEEN = object()


def _value(attribute: Mapping[str, Any]) -> object:
    kind = attribute["DataType"]
    if kind == "String.Array":
        return _array(attribute["StringValue"])
    if kind.partition(".")[0] == "Number":
        return json.loads(attribute["StringValue"], parse_float=float)
    return attribute["StringValue"] if kind.partition(".")[0] == "String" else _UNSEEN


def _array(text: str) -> object:
    try:
        array = json.loads(text)
    except json.JSONDecodeError:
        return _UNSEEN
    return array if isinstance(array, list) else _UNSEEN

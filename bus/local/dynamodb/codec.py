"""Items as the store holds them: canonical JSON, so that two equal items are the same bytes."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

import orjson

from bus.local.dynamodb.attributes import AttributeValue, Item


def freeze(item: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a canonical item, binary in base64."""
    return orjson.dumps(item, default=_base64, option=orjson.OPT_SORT_KEYS)


def thaw(blob: bytes) -> Item:
    """The item of a blob: made anew each time, so whoever gets it may do with it what they like."""
    item = orjson.loads(blob)
    # Only a member name can look like this: within a JSON string the quotes would be escaped.
    if b'"B":' in blob or b'"BS":' in blob:
        return {name: _with_bytes(value) for name, value in item.items()}
    return cast("Item", item)


def _base64(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _with_bytes(value: AttributeValue) -> AttributeValue:
    ((kind, content),) = value.items()
    if kind == "B":
        return {"B": b64decode(content)}
    if kind == "BS":
        return {"BS": [b64decode(member) for member in content]}
    if kind == "M":
        return {"M": {name: _with_bytes(below) for name, below in content.items()}}
    if kind == "L":
        return {"L": [_with_bytes(below) for below in content]}
    return value

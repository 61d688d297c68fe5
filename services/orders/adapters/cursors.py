"""Where a page ended, as a text that callers hand back and need not understand."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from services.orders.ports import CursorError

_MEMBERS = ("pk", "sk", "gsi1sk")


def write(last: Mapping[str, Any]) -> str:
    """The cursor after the item with the key `last`, of the table and its index."""
    texts = [last[name]["S"] for name in _MEMBERS]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def read(cursor: str, partition: Mapping[str, Any]) -> dict[str, Any]:
    """The key to start after, in `partition` of the index: a cursor cannot lead into another customer's.

    Raises CursorError.
    """
    try:
        texts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorError from error
    if not isinstance(texts, list) or [type(text) for text in texts] != [str] * len(_MEMBERS):
        raise CursorError
    return {**partition, **{name: {"S": text} for name, text in zip(_MEMBERS, texts, strict=True)}}

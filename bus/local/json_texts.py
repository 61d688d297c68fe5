"""Texts that may be JSON, read as AWS reads them: no NaN, no Infinity, no half characters, any depth."""

import json
from typing import Any, NoReturn

import orjson


def read(text: str) -> Any:
    """The value that a JSON text is. Raises ValueError for every other text, one of too many levels included."""
    if not is_unicode(text):
        raise ValueError("half of a surrogate pair is no character")
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        # orjson does not count the levels of its caller's stack, and reads 1,024 of its own.
        return orjson.loads(text)


def is_json(text: str) -> bool:
    """Whether a text is one JSON value."""
    try:
        read(text)
    except ValueError:
        return False
    return True


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can say it: half of a surrogate pair, which Python's texts may hold, it cannot."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

"""Texts that may be JSON."""

import json


def is_json(text: str) -> bool:
    """Whether a text is one JSON value."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True

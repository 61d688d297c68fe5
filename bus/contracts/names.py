"""The names that are made of an event's own: modules, tables, views."""

import re

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake_case(name: str) -> str:
    """As Python and SQL write it: "OrderPlaced" -> "order_placed"."""
    return _WORD_STARTS.sub("_", name).lower()

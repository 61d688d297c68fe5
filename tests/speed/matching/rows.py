"""The rows of both tables: which rules over which events, what is aimed at, what event-ruler does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from .contenders import Rules
from .land_lots import land_lots
from .lot_rules import FAMILIES, OF_ALL_KINDS
from .order_events import order_events
from .order_rules import order_rules

ALL_KINDS = "45-of-all-kinds"
ORDER_SETS = {f"orders-{count}": count for count in (10, 100, 300, 1_000, 10_000)}
NAMES = (*FAMILIES, ALL_KINDS, *ORDER_SETS)

# Thousands of events a second: event-ruler's own program on JDK 17, on another machine.
EVENT_RULER = {
    "exact": "100-230",
    "prefix": "324",
    "suffix": "312",
    "wildcard": "250",
    "ignore-case": "283",
    "numeric": "151",
    "anything-but": "185",
    "complex-arrays": "37",
    ALL_KINDS: "24",
    "orders-10": "194",
    "orders-100": "124",
    "orders-300": "109",
    "orders-1000": "73",
    "orders-10000": "20",
}
_FIVE_RULES = 0.85
AIMS = dict.fromkeys(FAMILIES, _FIVE_RULES) | {
    "complex-arrays": 0.6,
    "orders-10": 0.85,
    "orders-100": 0.85,
    "orders-300": 0.85,
    "orders-1000": 0.65,
    "orders-10000": 0.4,
}


@dataclass(frozen=True)
class Row:
    """Rules by name, as JSON text, and the events that they are matched against."""

    name: str
    rules: Rules
    lines: Sequence[bytes]

    @property
    def aim(self) -> float | None:
        """The share of orjson's own rate that is aimed at."""
        return AIMS.get(self.name)


def lot_rows(names: Sequence[str], events: int) -> Iterator[Row]:
    """The rows of the land lots among `names`."""
    wanted = [name for name in (*FAMILIES, ALL_KINDS) if name in names]
    lines = land_lots(events) if wanted else []
    for name in wanted:
        families = OF_ALL_KINDS if name == ALL_KINDS else (name,)
        yield Row(name, _texts([rule for family in families for rule in FAMILIES[family]]), lines)


def order_rows(names: Sequence[str], events: int) -> Iterator[Row]:
    """The rows of the orders among `names`."""
    wanted = [name for name in ORDER_SETS if name in names]
    if wanted:
        lines, catalogue = order_events(events)
        for name in wanted:
            yield Row(name, _texts(order_rules(ORDER_SETS[name], catalogue)), lines)


def largest_row() -> Row:
    """The row with most rules, over few events."""
    [row] = order_rows(list(ORDER_SETS)[-1:], events=5_000)
    return row


def _texts(rules: list[dict[str, Any]]) -> Rules:
    return {f"rule-{number}": orjson.dumps(rule).decode() for number, rule in enumerate(rules, 1)}

"""Where a Query or Scan reads, and from where on: the statement and what it is bound to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.attributes import Item, admit_item
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.keys import TOP, KeySchema, after
from bus.local.dynamodb.ranges import Range
from bus.local.dynamodb.tables import Index, Table
from bus.local.operations import Params

MOST_SEGMENTS = 1_000_000
# Partitions begin with the eight bytes of their digest; segments share those out evenly.
_SPREAD = 1 << 64

Place = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Source:
    """A table, or one of its indexes."""

    table: Table
    index: Index | None

    @property
    def keys(self) -> KeySchema:
        """The key by which it is read."""
        return self.table.keys if self.index is None else self.index.keys

    def position(self, item: Item) -> Item:
        """The attributes that say where an item stands in it: a LastEvaluatedKey."""
        names = dict.fromkeys((*self.table.keys.names, *self.keys.names))
        return {name: item[name] for name in names}


def start_key(source: Source, params: Params) -> Item | None:
    """ExclusiveStartKey, checked. Raises ValidationException for what no page could have ended with."""
    given: Mapping[str, Any] | None = params.get("ExclusiveStartKey")
    if not given:
        return None
    types = {**source.keys.types, **source.table.keys.types}
    if given.keys() != types.keys() or any(given[name].keys() != {kind} for name, kind in types.items()):
        raise invalid("The provided starting key is invalid: The provided key element does not match the schema")
    return admit_item(given)


def query(source: Source, wanted: Range, start: Item | None, *, forward: bool) -> Place:
    """The statement that reads `wanted` in order, after `start`. Raises ValidationException for a start elsewhere."""
    index, low, high = source.index, wanted.low, wanted.high
    if start is not None:
        place = source.keys.key(start)
        if place.hash != wanted.hash:
            raise invalid("The provided starting key is outside query boundaries based on provided conditions")
        # In an index, items may share one place: the statement itself goes on from the item within it.
        edge = after(place.range)
        low = max(low, edge if index is None else place.range) if forward else low
        high = high if forward else min(high, place.range if index is None else edge)
    order = "ASC" if forward else "DESC"
    bindings = {"tab": source.table.number, "hash": wanted.hash, "low": low, "high": high}
    if index is None:
        return sql.QUERY.format(order=order), bindings
    beyond = _item_place(source, start, forward=forward)
    return sql.QUERY_INDEX.format(order=order, beyond=">" if forward else "<"), bindings | beyond | {
        "ind": index.number
    }


def _item_place(source: Source, start: Item | None, *, forward: bool) -> dict[str, Any]:
    if start is None:
        edge = b"" if forward else TOP
        return {"range": edge, "item_hash": edge, "item_range": edge}
    key = source.table.keys.key(start)
    return {"range": source.keys.key(start).range, "item_hash": key.hash, "item_range": key.range}


def scan(source: Source, low: bytes, high: bytes, start: Item | None) -> Place:
    """The statement that reads the partitions from `low` to below `high`, after `start`."""
    place = (b"", b"") if start is None else source.keys.key(start)
    bindings: dict[str, Any] = {
        "tab": source.table.number,
        "low": max(low, place[0]),
        "high": high,
        "hash": place[0],
        "range": place[1],
    }
    if source.index is None:
        return sql.SCAN, bindings
    return sql.SCAN_INDEX, bindings | _item_place(source, start, forward=True) | {
        "range": place[1],
        "ind": source.index.number,
    }


def segment(params: Params) -> tuple[bytes, bytes]:
    """The partitions of a parallel scan's segment: from the first bytes to below the second."""
    number, total = params.get("Segment"), params.get("TotalSegments")
    if number is None and total is None:
        return b"", TOP
    if number is None or total is None:
        given, missing = ("Segment", "TotalSegments") if total is None else ("TotalSegments", "Segment")
        raise invalid(
            f"The {missing} parameter is required but was not present in the request when {given} parameter is present"
        )
    if not 0 <= number < total <= MOST_SEGMENTS:
        raise invalid(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {number} is not less than TotalSegments: {total}"
        )
    return _edge(number, total), _edge(number + 1, total)


def _edge(number: int, total: int) -> bytes:
    return TOP if number == total else (_SPREAD * number // total).to_bytes(8, "big")

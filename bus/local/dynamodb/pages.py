"""One page of a Query or Scan: what it counts, what it keeps, where it ends."""

from collections.abc import Iterator
from typing import Any

from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.codec import thaw
from bus.local.dynamodb.errors import invalid, invalid_values
from bus.local.dynamodb.expressions import Condition, Projection
from bus.local.dynamodb.parameters import one_of
from bus.local.dynamodb.places import Source
from bus.local.operations import Params, Response

# A page holds 1 MB before it is filtered. Counted as stored, which is a little more than AWS counts:
# a full page ends a little sooner here.
PAGE = 1024 * 1024


class Page:
    """What a request wants of what it reads."""

    def __init__(self, source: Source, params: Params, keep: Condition | None, wanted: Projection | None) -> None:
        self._source, self._keep = source, keep
        self._limit = _limit(params)
        self._select = _select(params, source, projected=wanted is not None)
        self._visible, self._wanted = _views(source, self._select, wanted)

    def filled(self, blobs: Iterator[bytes]) -> Response:
        """The page's response: items are counted against its limit before the filter."""
        items: list[Item] = []
        scanned = matched = size = 0
        last: Item | None = None
        for blob in blobs:
            item = thaw(blob)
            scanned, size = scanned + 1, size + len(blob)
            seen = item if self._visible is None else self._visible(item)
            if self._keep is None or self._keep(seen):
                matched += 1
                if self._select != "COUNT":
                    items.append(seen if self._wanted is None else self._wanted(seen))
            if scanned == self._limit or size >= PAGE:
                last = self._source.position(item)
                break
        response: dict[str, Any] = {"Count": matched, "ScannedCount": scanned}
        if self._select != "COUNT":
            response["Items"] = items
        return response if last is None else {**response, "LastEvaluatedKey": last}


def _limit(params: Params) -> int | None:
    limit: int | None = params.get("Limit")
    if limit is not None and limit < 1:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    return limit


def _select(params: Params, source: Source, *, projected: bool) -> str | None:
    if "Select" not in params:
        return None
    select = one_of(params, "Select", ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"))
    if projected and select != "SPECIFIC_ATTRIBUTES":
        raise invalid(f"Cannot specify the ProjectionExpression when choosing to get {select}")
    if not projected and select == "SPECIFIC_ATTRIBUTES":
        raise invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if source.index is None and select == "ALL_PROJECTED_ATTRIBUTES":
        raise invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if select == "ALL_ATTRIBUTES" and source.index and source.index.is_global and source.index.project:
        raise invalid_values(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {source.index.name} "
            "because its projection type is not ALL"
        )
    return select


def _views(
    source: Source, select: str | None, wanted: Projection | None
) -> tuple[Projection | None, Projection | None]:
    """What the filter sees of an item, and what the caller gets of that.

    A local index fetches from its table what it does not hold itself; a global one does not.
    """
    index = source.index
    if index is None or index.project is None:
        return None, wanted
    if not index.is_global and (wanted is not None or select == "ALL_ATTRIBUTES"):
        return None, wanted
    return index.project, wanted

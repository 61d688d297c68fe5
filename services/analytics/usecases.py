"""What analytics is for: every event a row, and what can be none in a table of its own, with the reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analytics.domain import REJECTED_EVENTS, Filed, Rejected, rejected_row, row_of
from services.analytics.ports import Claims, Contracts, Rejections


def file_event(event: Mapping[str, Any], contracts: Contracts, claims: Claims) -> Filed:
    """Turn an EventBridge event into a row of its contract's table, redeeming its claim check where it has one.

    Raises RejectedEventError for an event that no contract describes, that breaks its contract, or whose
    data is no longer there.
    """
    event = _with_data(event, claims)
    columns = contracts.check(event)
    return Filed(columns.table, row_of(event, columns))


def file_rejected(rejected: Sequence[Rejected], batch: str, rejections: Rejections) -> list[Filed]:
    """Keep records that can have no row, and turn each into a row that says why and where it is kept."""
    if not rejected:
        return []
    kept_in = rejections.keep(batch, rejected)
    return [Filed(REJECTED_EVENTS, rejected_row(one, kept_in)) for one in rejected]


def _with_data(event: Mapping[str, Any], claims: Claims) -> Mapping[str, Any]:
    detail = event.get("detail")
    if not isinstance(detail, dict) or "claim_check" not in detail:
        return event
    return {**event, "detail": {**detail, "data": claims.redeem(detail["claim_check"])}}

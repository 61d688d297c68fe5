"""What analytics is for: events into rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.analytics.domain import Row, row_of
from services.analytics.ports import Contracts


@dataclass(frozen=True, slots=True)
class Filed:
    """A row and the table that it belongs in."""

    table: str
    row: Row


def file_event(event: Mapping[str, Any], contracts: Contracts) -> Filed:
    """Turn an EventBridge event into a row of its contract's table.

    Raises RejectedEventError for an event that no contract describes, or that breaks its contract.
    """
    columns = contracts.check(event)
    return Filed(columns.table, row_of(event, columns))

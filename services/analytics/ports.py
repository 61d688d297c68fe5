"""What the use cases need from outside."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.analytics.domain import Columns, Rejected


class Contracts(Protocol):
    """What every event is, by its detail-type."""

    def check(self, event: Mapping[str, Any]) -> Columns:
        """The columns for `event`, which keeps its contract. Raises RejectedEventError when it does not."""


class Claims(Protocol):
    """Data that was too large for the bus."""

    def redeem(self, claim: Any) -> Any:
        """The data that a claim check stands for. Raises RejectedEventError when there is none to be had."""


class Rejections(Protocol):
    """Where records are kept that can have no row."""

    def keep(self, batch: str, rejected: Sequence[Rejected]) -> str:
        """Keep the rejected records of a batch, and say where; the same batch again is kept in the same place."""

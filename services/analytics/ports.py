"""What the use cases need from outside."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.analytics.domain import Columns


class Contracts(Protocol):
    """What every event is, by its detail-type."""

    def check(self, event: Mapping[str, Any]) -> Columns:
        """The columns for `event`, which keeps its contract. Raises RejectedEventError when it does not."""

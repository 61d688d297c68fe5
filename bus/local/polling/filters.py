"""Which records of a source are wanted at all."""

from collections.abc import Mapping
from typing import Any

from bus.local.polling.record import Record
from bus.patterns import Dialect, compile_pattern


class Filters:
    """FilterCriteria: a record is wanted when one of the patterns matches it, or when there are none.

    Raises InvalidPatternError.
    """

    def __init__(self, criteria: Mapping[str, Any] | None, dialect: Dialect) -> None:
        filters = (criteria or {}).get("Filters") or []
        self._patterns = [compile_pattern(filter_["Pattern"], dialect) for filter_ in filters]

    def wants(self, record: Record) -> bool:
        if not self._patterns:
            return True
        seen = record.filtered_on
        return any(pattern.matches(seen) for pattern in self._patterns)

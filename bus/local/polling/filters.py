"""Which records of a source are wanted at all."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bus.local.polling.record import Record
from bus.patterns import Dialect, Pattern, compile_pattern

# Where a source keeps what was sent: a pattern for it is JSON (an object) or plain text (a list of matches).
_DATA = ("body", "data")
_ANY: frozenset[bool] = frozenset({True, False})


class Filters:
    """FilterCriteria: a record is wanted when one of the patterns matches it, or when there are none.

    A pattern that looks into the body or data is for JSON alone, one that compares all of it for plain text alone:
    where the formats differ, the record is dropped, whatever the pattern says (Lambda developer guide, "Using event
    filtering with an Amazon SQS event source", and the same of Kinesis). Raises InvalidPatternError.
    """

    def __init__(self, criteria: Mapping[str, Any] | None, dialect: Dialect) -> None:
        filters = (criteria or {}).get("Filters") or []
        self._patterns = [_compiled(filter_.get("Pattern") or "", dialect) for filter_ in filters]

    def wants(self, record: Record) -> bool:
        if not self._patterns:
            return True
        seen = record.filtered_on
        is_json = any(isinstance(seen.get(name), dict | list) for name in _DATA)
        return any(is_json in formats and pattern.matches(seen) for pattern, formats in self._patterns)


def compares_text(pattern: Any) -> bool:
    """Whether a pattern compares the body or data as plain text, which Kinesis sources refuse."""
    return False in set(_formats(pattern))


def _compiled(text: str, dialect: Dialect) -> tuple[Pattern, frozenset[bool]]:
    pattern = compile_pattern(text, dialect)
    return pattern, frozenset(_formats(json.loads(text))) or _ANY


def _formats(pattern: Any) -> Iterator[bool]:
    """For each condition on the body or data, whether it is one for JSON."""
    if isinstance(pattern, Mapping):
        for name in _DATA:
            if name in pattern:
                yield isinstance(pattern[name], Mapping)
        for alternative in pattern.get("$or") or ():
            yield from _formats(alternative)

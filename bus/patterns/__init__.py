"""The EventBridge event-pattern language: compile a pattern once, match parsed events against it.

The semantics are those of AWS's open engine, event-ruler, array consistency included: when two
fields of a pattern lie inside one array of objects, the same element must satisfy both. Numbers
are equal when their values are (300 and 3.0e2), as event-ruler has it, although the user guide
says that their text is compared. An InvalidPatternError says what AWS says, line and column included.
"""

from bus.patterns.attributes import filterable
from bus.patterns.dialects import (
    EVENT_SOURCE_MAPPING,
    EVENTS_V2_DATA,
    EVENTS_V2_METADATA,
    PIPES,
    RULES,
    SNS_ATTRIBUTES,
    SNS_BODY,
    Dialect,
)
from bus.patterns.errors import InvalidEventError, InvalidPatternError
from bus.patterns.explanation import Explanation, Mismatch
from bus.patterns.pattern import Pattern, compile_pattern
from bus.patterns.ruleset import RuleSet

__all__ = [
    "EVENTS_V2_DATA",
    "EVENTS_V2_METADATA",
    "EVENT_SOURCE_MAPPING",
    "PIPES",
    "RULES",
    "SNS_ATTRIBUTES",
    "SNS_BODY",
    "Dialect",
    "Explanation",
    "InvalidEventError",
    "InvalidPatternError",
    "Mismatch",
    "Pattern",
    "RuleSet",
    "compile_pattern",
    "filterable",
]

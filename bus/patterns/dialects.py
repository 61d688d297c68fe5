"""What each service allows of the one language, as data."""

from dataclasses import dataclass

_EVERY = frozenset(
    {"prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists", "cidr", "wildcard"},
)


@dataclass(frozen=True)
class Dialect:
    """The part of the language that one service reads, and how its errors begin.

    `operators` are the keys of a match expression; `anything_but` those that may stand inside
    "anything-but"; `affix_ignore_case` lets "prefix" and "suffix" hold "equals-ignore-case";
    `number_limit` bounds the numbers of "numeric" on both sides. Where `blank_is_absent`, null
    and "" do not count as present for "exists"; where `empty_fails`, an event with no fields at
    all matches nothing, "exists": false included. `max_keys` counts leaf keys, `max_values` the
    combinations of their values; 0 is no limit.
    """

    name: str
    prefix: str
    operators: frozenset[str] = _EVERY
    anything_but: frozenset[str] = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})
    affix_ignore_case: bool = True
    nested: bool = True
    number_limit: float = 5e9
    blank_is_absent: bool = False
    empty_fails: bool = False
    max_length: int = 4096
    max_keys: int = 0
    max_values: int = 0
    max_branches: int = 1000


_REASON = "Event pattern is not valid. Reason: "
_POLICY = "Invalid parameter: FilterPolicy: "

# EventBridge user guide, "Comparison operators for use in event patterns": the bus column.
RULES = Dialect("rules", _REASON)

# The same page, the pipes column.
PIPES = Dialect("pipes", _REASON, operators=_EVERY - {"wildcard", "cidr"}, anything_but=frozenset())

# Lambda developer guide, "Control which events Lambda sends to your function": no cidr, no
# wildcard, no ignore-case affixes. Lambda gives no reason to its callers; ours follows its text.
EVENT_SOURCE_MAPPING = Dialect(
    "event-source-mapping",
    "Invalid filter pattern definition. ",
    operators=_EVERY - {"wildcard", "cidr"},
    anything_but=frozenset(),
    affix_ignore_case=False,
)

# SNS developer guide, "String value matching", "Key matching" and "Filter policy constraints".
SNS_BODY = Dialect(
    "sns-body",
    _POLICY,
    anything_but=frozenset({"prefix", "suffix", "wildcard"}),
    affix_ignore_case=False,
    number_limit=1e9,
    blank_is_absent=True,
    max_length=256 * 1024,
    max_keys=5,
    max_values=150,
)
SNS_ATTRIBUTES = Dialect(
    "sns-attributes",
    _POLICY,
    anything_but=SNS_BODY.anything_but,
    affix_ignore_case=False,
    nested=False,
    number_limit=1e9,
    blank_is_absent=True,
    empty_fails=True,
    max_length=256 * 1024,
    max_keys=5,
    max_values=150,
)

"""What each service allows of the one language, as data."""

from dataclasses import dataclass, replace

_DOCUMENTED = frozenset(
    {"prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists", "cidr", "wildcard"},
)
# "exactly" is in no page of AWS's documentation. event-ruler, which is in all of these services, reads it.
_EVERY = _DOCUMENTED | {"exactly"}


@dataclass(frozen=True)
class Dialect:
    """The part of the language that one service reads, and how its errors begin.

    `operators` are the keys of a match expression; `anything_but` those that may stand inside
    "anything-but"; `affix_ignore_case` lets "prefix" and "suffix" hold "equals-ignore-case";
    `number_limit` bounds the numbers of "numeric" on both sides. Where `blank_is_absent`, null
    and "" do not count as present for "exists"; where `empty_fails`, an event with no fields at
    all matches nothing, "exists": false included. `max_length` is in characters; an account's quota
    may be lower: `replace(RULES, max_length=2048)`. `max_keys` counts leaf keys, `max_values` the
    combinations of their values, `max_wildcards` the `*` of one wildcard pattern; `max_complexity`
    is measured by `bus.patterns.complexity`. 0 is no limit.
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
    max_wildcards: int = 0
    max_complexity: int = 0


_REASON = "Event pattern is not valid. Reason: "
_POLICY = "Invalid parameter: FilterPolicy: "

# EventBridge user guide, "Comparison operators for use in event patterns": the bus column. What is "too complex" is
# a number that AWS does not publish; patterns of 9 are known to be taken and one of 11 to be refused.
RULES = Dialect("rules", _REASON, max_complexity=10)

# The second generation of buses: its filters over an event's data, and over its metadata. What words it refuses a
# pattern with is not known; these are those of rules.
EVENTS_V2_DATA = Dialect(
    "events-v2-data",
    _REASON,
    operators=_EVERY - {"wildcard"},
    anything_but=frozenset({"prefix", "suffix", "equals-ignore-case"}),
)
EVENTS_V2_METADATA = Dialect("events-v2-metadata", _REASON, operators=frozenset(), anything_but=frozenset())

# The page of RULES, the pipes column.
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

# SNS developer guide, "String value matching", "Key matching" and "Filter policy constraints". Its complexity of
# wildcards, 100 points at most, is not measured: how points are given is not in what we have of that page.
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
    max_wildcards=3,
)
SNS_ATTRIBUTES = replace(SNS_BODY, name="sns-attributes", nested=False, empty_fails=True)

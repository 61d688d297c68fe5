"""What a match expression says, as data: matched, indexed, explained and reasoned about elsewhere.

One class per operator of the language (EventBridge user guide, "Comparison operators for use in
event patterns"). Exact values and `"exists": false` are no terms: a `Leaf` holds them.
"""

from dataclasses import dataclass

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Prefix:
    """`{"prefix": text}`, or with `ignore_case` `{"prefix": {"equals-ignore-case": text}}`."""

    text: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Suffix:
    """`{"suffix": text}`, or with `ignore_case` `{"suffix": {"equals-ignore-case": text}}`."""

    text: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class EqualsIgnoreCase:
    """`{"equals-ignore-case": text}`."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`{"wildcard": text}`; `pieces` is what stands between the wildcards, unescaped."""

    text: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numeric:
    """`{"numeric": [...]}`: from `low` to `high`, each bound included or not; one-sided ones end at AWS's limit."""

    low: float
    high: float
    includes_low: bool = True
    includes_high: bool = True


@dataclass(frozen=True, slots=True)
class Cidr:
    """`{"cidr": text}`: the addresses from `low` to `high`, both included, of IP `version` 4 or 6."""

    text: str
    version: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Present:
    """`{"exists": true}`: any scalar; where `filled`, null and "" do not count (SNS)."""

    filled: bool = False


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """`{"anything-but": …}`: any scalar that is none of `values` and satisfies none of `terms`."""

    values: frozenset[str | int | float] = frozenset()
    terms: tuple[Prefix | Suffix | EqualsIgnoreCase | Wildcard, ...] = ()


Term = Prefix | Suffix | EqualsIgnoreCase | Wildcard | Numeric | Cidr | Present | AnythingBut

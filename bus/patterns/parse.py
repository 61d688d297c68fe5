"""From a pattern's JSON to its branches: each `$or` multiplies them, and an event must satisfy one."""

import json
from collections.abc import Mapping
from math import prod
from typing import Any, NoReturn

from bus.patterns.dialects import Dialect
from bus.patterns.errors import InvalidPatternError
from bus.patterns.leaf import Leaf, read_leaf

Path = tuple[str, ...]
Branch = dict[Path, Leaf]

# event-ruler, Constants.RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP: words that are operators, or may become so.
_RESERVED_IN_OR = frozenset(
    {
        "exactly",
        "equals-ignore-case",
        "prefix",
        "suffix",
        "anything-but",
        "exists",
        "wildcard",
        "numeric",
        "cidr",
        "=",
        "<",
        "<=",
        ">",
        ">=",
        "regex",
        "not-wildcard",
        "not-equals-ignore-case",
        "date-after",
        "date-on-or-after",
        "date-before",
        "date-on-or-before",
        "in-date-range",
        "ip-address-in-range",
        "ip-address-not-in-range",
    }
)


def parse(pattern: str | Mapping[str, Any], dialect: Dialect) -> list[Branch]:
    """The branches of `pattern`. Raises InvalidPatternError, with the text of the dialect's service."""
    try:
        return _parse(pattern, dialect)
    except InvalidPatternError as error:
        raise InvalidPatternError(error.reason, dialect.prefix) from None
    except RecursionError:
        raise InvalidPatternError("Pattern is nested too deeply", dialect.prefix) from None


def _parse(pattern: str | Mapping[str, Any], dialect: Dialect) -> list[Branch]:
    tree = _read(pattern, dialect) if isinstance(pattern, str) else pattern
    if not isinstance(tree, Mapping):
        raise InvalidPatternError("Filter is not an object")
    branches = _object(tree, (), [{}], dialect, within_or=False)
    for branch in branches:
        _check_size(branch, dialect)
    return branches


def _read(text: str, dialect: Dialect) -> object:
    if len(text) > dialect.max_length:
        raise InvalidPatternError(f"Pattern is longer than {dialect.max_length} characters")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InvalidPatternError(f"Not valid JSON: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidPatternError(f"Not valid JSON: {name}")


def _object(
    tree: Mapping[str, Any], path: Path, branches: list[Branch], dialect: Dialect, *, within_or: bool
) -> list[Branch]:
    if not tree:
        raise InvalidPatternError("Empty objects are not allowed")
    for key, value in tree.items():
        if key == "$or":
            branches = _alternatives(value, path, branches, dialect)
        elif within_or and key in _RESERVED_IN_OR:
            raise InvalidPatternError(f"{key} is Ruler reserved fieldName which cannot be used inside $or.")
        else:
            branches = _field((*path, key), value, branches, dialect, within_or=within_or)
    return branches


def _field(path: Path, value: object, branches: list[Branch], dialect: Dialect, *, within_or: bool) -> list[Branch]:
    if isinstance(value, list):
        leaf = read_leaf(value, dialect)
        for branch in branches:
            branch[path] = leaf  # a path named twice keeps what comes last, as in event-ruler
        return branches
    if not isinstance(value, Mapping):
        raise InvalidPatternError(f'"{path[-1]}" must be an object or an array')
    if not dialect.nested:
        raise InvalidPatternError("Filter policy scope MessageAttributes does not support nested filter policy")
    return _object(value, path, branches, dialect, within_or=within_or)


def _alternatives(value: object, path: Path, branches: list[Branch], dialect: Dialect) -> list[Branch]:
    if not isinstance(value, list):
        raise InvalidPatternError("It must be an Array followed with $or.")
    found: list[Branch] = []
    for alternative in value:
        if not isinstance(alternative, Mapping):
            raise InvalidPatternError("Only JSON object is allowed in array of $or relationship.")
        found += _object(alternative, path, [branch.copy() for branch in branches], dialect, within_or=True)
        if len(found) > dialect.max_branches:
            raise InvalidPatternError(f"$or makes more than {dialect.max_branches} combinations")
    if len(value) < 2:  # noqa: PLR2004 - an alternative needs another
        raise InvalidPatternError("There must have at least 2 Objects in $or relationship.")
    return found


def _check_size(branch: Branch, dialect: Dialect) -> None:
    """SNS developer guide, "Filter policy constraints": keys, and values times nesting, multiplied."""
    if dialect.max_keys and len(branch) > dialect.max_keys:
        raise InvalidPatternError(f"Filter policy can not have more than {dialect.max_keys} keys")
    if dialect.max_values and prod(_weight(path, leaf) for path, leaf in branch.items()) > dialect.max_values:
        raise InvalidPatternError("Filter policy is too complex")


def _weight(path: Path, leaf: Leaf) -> int:
    values = len(leaf.texts) + len(leaf.numbers) + len(leaf.literals) + len(leaf.terms) + leaf.absent
    return values * len(path)

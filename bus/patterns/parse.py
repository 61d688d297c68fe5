"""From a pattern's JSON to its branches: each `$or` multiplies them, and an event must satisfy one."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.dialects import Dialect
from bus.patterns.leaf import Leaf, read_leaf
from bus.patterns.limits import check_limits
from bus.patterns.reading import Given, Members
from bus.patterns.refusal import Moment, RefusedError

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
    given = Given(pattern, dialect.max_length)
    try:
        tree = given.read()
        branches = _branches(tree, dialect)
        given.check_whole()
    except RefusedError as refused:
        raise given.error(refused, dialect.prefix) from None
    return branches


def _branches(tree: object, dialect: Dialect) -> list[Branch]:
    if not isinstance(tree, tuple):
        raise RefusedError("Filter is not an object")
    branches = _object(tree, (), [{}], dialect, within_or=False)
    check_limits(tree, branches, dialect)
    return branches


def _object(members: Members, path: Path, branches: list[Branch], dialect: Dialect, *, within_or: bool) -> list[Branch]:
    if not members:
        raise RefusedError("Empty objects are not allowed", moment=Moment.END)
    member = members[0]
    try:
        for member in members:
            branches = _member(*member, path, branches, dialect, within_or=within_or)
    except RefusedError as refused:
        raise refused.within(members, member) from None
    return branches


def _member(
    key: str, value: object, path: Path, branches: list[Branch], dialect: Dialect, *, within_or: bool
) -> list[Branch]:
    if key == "$or":
        return _alternatives(value, path, branches, dialect)
    if within_or and key in _RESERVED_IN_OR:
        raise RefusedError(f"{key} is Ruler reserved fieldName which cannot be used inside $or.")
    path = (*path, key)
    if isinstance(value, list):
        leaf = read_leaf(value, dialect)
        for branch in branches:
            branch[path] = leaf  # a path named twice keeps what comes last, as in event-ruler
        return branches
    if not isinstance(value, tuple):
        raise RefusedError(f'"{key}" must be an object or an array')
    if not dialect.nested:
        raise _nested()
    return _object(value, path, branches, dialect, within_or=within_or)


def _alternatives(value: object, path: Path, branches: list[Branch], dialect: Dialect) -> list[Branch]:
    if not isinstance(value, list):
        raise RefusedError("It must be an Array followed with $or.")
    found: list[Branch] = []
    alternative: object = None
    try:
        for alternative in value:
            found += _alternative(alternative, path, branches, dialect)
            _check_number(found, dialect)
    except RefusedError as refused:
        raise refused.within(value, alternative) from None
    if len(value) < 2:  # noqa: PLR2004 - an alternative needs another
        raise RefusedError("There must have at least 2 Objects in $or relationship.", moment=Moment.END)
    return found


def _alternative(members: object, path: Path, branches: list[Branch], dialect: Dialect) -> list[Branch]:
    if not isinstance(members, tuple):
        raise RefusedError("Only JSON object is allowed in array of $or relationship.")
    return _object(members, path, [branch.copy() for branch in branches], dialect, within_or=True)


def _check_number(branches: list[Branch], dialect: Dialect) -> None:
    if len(branches) > dialect.max_branches:
        raise RefusedError(f"$or makes more than {dialect.max_branches} combinations", locations=0)


def _nested() -> RefusedError:
    reason = "Filter policy scope MessageAttributes does not support nested filter policy"
    return RefusedError(reason, locations=0, prefix="Invalid parameter: ")  # SNS begins this one otherwise

"""Why a pattern does not match an event: the path, what was expected, what was there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bus.patterns.dialects import RULES, Dialect
from bus.patterns.elements import Failure, Split
from bus.patterns.english import leaf_in_words
from bus.patterns.failures import failures
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.walking import walk
from bus.patterns.wording import Place, either, every, place_text

_MOST = 8  # values that one phrase names
_MOST_ELEMENTS = 3
_MOST_BRANCHES = 3


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A field that the event does not satisfy.

    `path` is the field's, with the element of an array that comes nearest ("detail.lines[2].sku"),
    `[*]` where no element is nearer than the others; or that of an array, of which no one element
    satisfies several fields. It is "" for the event as a whole. `expected` and `found` are phrases.
    """

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path or 'the event'}: expected {self.expected}; found {self.found}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an event matches, and if not, what each branch of the pattern lacks; without `$or` it has one."""

    matches: bool
    branches: tuple[tuple[Mismatch, ...], ...] = ()

    @property
    def nearest(self) -> tuple[tuple[Mismatch, ...], ...]:
        """The branches that lack least, each once."""
        fewest = min(map(len, self.branches), default=0)
        return tuple(dict.fromkeys(branch for branch in self.branches if len(branch) == fewest))

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """What the nearest branch lacks; of several that are as near, the first."""
        return next(iter(self.nearest), ())

    def as_dict(self) -> dict[str, Any]:
        """For JSON: `matches`, and if not, how many `branches` there are, and the mismatches of the `nearest`."""
        if self.matches:
            return {"matches": True}
        nearest = [[asdict(mismatch) for mismatch in branch] for branch in self.nearest]
        return {"matches": False, "branches": len(self.branches), "nearest": nearest}

    def __str__(self) -> str:
        """One line when it matches; else the mismatches, each on a line, of some of the nearest branches."""
        if self.matches:
            return "matches"
        shown = ["\n".join(f"  {mismatch}" for mismatch in branch) for branch in self.nearest[:_MOST_BRANCHES]]
        text = "does not match\n" + "\nor\n".join(shown)
        more = len(self.nearest) - len(shown)
        return f"{text}\nor {more:,} other ways that come as near" if more else text


def explain(branches: Sequence[Branch], event: Mapping[str, Any], dialect: Dialect = RULES) -> Explanation:
    """Explain a parsed event beside the branches of a pattern, as `walk` judges them."""
    if dialect.empty_fails and not event:
        return Explanation(matches=False, branches=((Mismatch("", "at least one field", "none"),),))
    lacking = []
    for branch in branches:
        if walk(branch)(event):
            return Explanation(matches=True)
        lacking.append(_mismatches(branch, event, dialect.number_limit))
    return Explanation(matches=False, branches=tuple(lacking))


def _mismatches(branch: Branch, event: Mapping[str, Any], limit: float) -> tuple[Mismatch, ...]:
    found = tuple(_mismatch(branch, failure, limit) for failure in failures(branch, event, limit))
    # Paths that are a leaf and an object at once meet in arrays within arrays alone.
    return found or (Mismatch("", "all fields in the same elements", "each, but in different elements"),)


def _mismatch(branch: Branch, failure: Failure | Split, limit: float) -> Mismatch:
    path = place_text(failure.place)
    if isinstance(failure, Split):
        return Mismatch(path, _one_element(branch, failure, limit), _different_elements(failure))
    return Mismatch(path, _expected(branch[failure.field], limit), every([*map(str, failure.found)], _MOST))


def _expected(leaf: Leaf, limit: float) -> str:
    words = leaf_in_words(leaf, limit, _MOST)
    return either([*(["no such field"] if leaf.absent else []), *([words] if words else [])])


def _one_element(branch: Branch, split: Split, limit: float) -> str:
    wanted = (f"{_within(field, split.place)} is {_expected(branch[field], limit)}" for field in split.fields)
    return f"one element where {every([*wanted])}"


def _different_elements(split: Split) -> str:
    depth = len(split.place)
    found = (
        f"{_within(field, split.place)} in {every([place_text(each[depth:]) for each in elements], _MOST_ELEMENTS)}"
        for field, elements in zip(split.fields, split.elements, strict=True)
    )
    return f"each, but in different elements: {', '.join(found)}"


def _within(field: Path, array: Place) -> str:
    """The field as an element of the array has it."""
    return place_text(field[sum(isinstance(step, str) for step in array) :])

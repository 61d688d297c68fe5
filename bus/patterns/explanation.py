"""Why a pattern does not match an event: the path, what was expected, what was there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bus.patterns.accepting import Check
from bus.patterns.dialects import RULES, Dialect
from bus.patterns.elements import Failure, Split
from bus.patterns.english import leaf_in_words
from bus.patterns.failures import Judge
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
    return Explainer(branches, dialect).explain(event)


class Explainer:
    """Explains any number of events beside the branches of one pattern: `explain` prepares them for each event."""

    def __init__(self, branches: Sequence[Branch], dialect: Dialect = RULES) -> None:
        self._empty_fails = dialect.empty_fails
        self._branches = [_Branch(branch, dialect.number_limit) for branch in branches]

    def explain(self, event: Mapping[str, Any]) -> Explanation:
        """Explain a parsed event, as `walk` judges it."""
        if self._empty_fails and not event:
            return Explanation(matches=False, branches=((Mismatch("", "at least one field", "none"),),))
        lacking = []
        for branch in self._branches:
            if branch.satisfied(event):
                return Explanation(matches=True)
            lacking.append(branch.mismatches(event))
        return Explanation(matches=False, branches=tuple(lacking))


class _Branch:
    """What is prepared of one branch, each part when it is first asked for: one event rarely asks for all."""

    def __init__(self, branch: Branch, limit: float) -> None:
        self._branch, self._limit = branch, limit
        self._words: dict[Path, str] = {}

    @cached_property
    def satisfied(self) -> Check:
        return walk(self._branch)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._branch, self._limit)

    def mismatches(self, event: Mapping[str, Any]) -> tuple[Mismatch, ...]:
        found = tuple(map(self._mismatch, self._judge.failures(event)))
        # Paths that are a leaf and an object at once meet in arrays within arrays alone.
        return found or (Mismatch("", "all fields in the same elements", "each, but in different elements"),)

    def _mismatch(self, failure: Failure | Split) -> Mismatch:
        path = place_text(failure.place)
        if isinstance(failure, Split):
            return Mismatch(path, self._one_element(failure), _different_elements(failure))
        return Mismatch(path, self._expected(failure.field), every([*map(str, failure.found)], _MOST))

    def _one_element(self, split: Split) -> str:
        wanted = (f"{_within(field, split.place)} is {self._expected(field)}" for field in split.fields)
        return f"one element where {every([*wanted])}"

    def _expected(self, field: Path) -> str:
        if field not in self._words:
            self._words[field] = _accepted(self._branch[field], self._limit)
        return self._words[field]


def _accepted(leaf: Leaf, limit: float) -> str:
    words = leaf_in_words(leaf, limit, _MOST)
    return either([*(["no such field"] if leaf.absent else []), *([words] if words else [])])


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

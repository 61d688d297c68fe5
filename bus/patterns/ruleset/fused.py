"""The checks of a bucket's candidates as one function, which looks at each object of a view once."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from bus.patterns.parse import Path
from bus.patterns.ruleset.candidate import Add, Candidate
from bus.patterns.ruleset.checks import OfViews
from bus.patterns.ruleset.view import ABSENT, Part, attribute
from bus.patterns.shapes import SCOPE, kind_of

_Condition = tuple[Path, int]
_Shape = tuple[tuple[_Condition, ...] | None, ...]  # None for a candidate whose check is called


def fuse(candidates: Sequence[Candidate], uneven: Collection[Path]) -> Callable[[Part, Add, int], None]:
    """A function that adds the names of the candidates whose open fields match a view, where no array led to them."""
    constants: list[Any] = []
    shape = tuple(_conditions(candidate, uneven, constants) for candidate in candidates)
    names = [candidate.name for candidate in candidates]
    return _factory(shape)(*names, *constants)  # type: ignore[no-any-return]


def _conditions(candidate: Candidate, uneven: Collection[Path], constants: list[Any]) -> tuple[_Condition, ...] | None:
    paths = sorted(candidate.open_paths)
    if any(path[:length] in uneven for path in paths for length in range(1, len(path) + 1)):
        constants.append(candidate.check)
        return None
    return tuple((path, kind_of(candidate.branch[path], constants)) for path in paths)


@lru_cache(maxsize=4096)
def _factory(shape: _Shape) -> Callable[..., Any]:
    writer = OfViews()
    inner: dict[Path, str] = {(): "view"}
    lines: list[str] = []
    for number, conditions in enumerate(shape):
        if conditions is None:
            test = f"{writer.constant()}(view)"
        else:
            for path, _ in conditions:
                _load(path, inner, lines)
            leaves = [(f"{inner[path[:-1]]}.{attribute(path[-1])}", kind) for path, kind in conditions]
            test = " and ".join(f"({writer.condition(kind, leaf, uneven=False)})" for leaf, kind in leaves)
        lines.append(f"  if {test or 'True'}: add(n{number})")
    parameters = [*(f"n{number}" for number in range(len(shape))), *writer.parameters]
    source = [f"def make({', '.join(parameters)}):", " def visit(view, add, _):", *lines, " return visit"]
    scope: dict[str, Any] = {"absent": ABSENT, **SCOPE}
    exec(compile("\n".join(source), "<bucket>", "exec"), scope)  # noqa: S102 - written here, of keys' mangled names
    return scope["make"]  # type: ignore[no-any-return]


def _load(path: Path, inner: dict[Path, str], lines: list[str]) -> None:
    """Name the objects on the way to a field."""
    for length in range(1, len(path)):
        if path[:length] not in inner:
            inner[path[:length]] = f"v{len(inner)}"
            lines.append(f"  {inner[path[:length]]} = {inner[path[: length - 1]]}.{attribute(path[length - 1])}")

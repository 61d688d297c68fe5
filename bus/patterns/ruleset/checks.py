"""The check of some of a branch's fields in a view of an event, as Python code."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from bus.patterns.compiled import Whole
from bus.patterns.parse import Branch, Path
from bus.patterns.ruleset.view import ABSENT, Part, as_dict, attribute
from bus.patterns.shapes import Factory, Shape, Writer, shape_of
from bus.patterns.tree import tree_of


def compile_check(
    branch: Branch, paths: Collection[Path], uneven: Collection[Path], whole: Whole
) -> Callable[[Part], bool]:
    """The check of `paths` in a view; where an array holds the objects that they lie in, of all the branch.

    It raises AttributeError or TypeError where another path than those in `uneven` holds what no rule expects.
    """
    constants: list[Any] = []
    shape = shape_of(tree_of({path: branch[path] for path in paths}), constants, uneven)
    return _factory(shape)(lambda view: whole(as_dict(view)), *constants)


@lru_cache(maxsize=4096)
def _factory(shape: Shape) -> Factory:
    return OfViews().factory(shape, absent=ABSENT, Part=Part)


class OfViews(Writer):
    """Writes checks of views, in which an object is one unless the terrain is known to be uneven."""

    loops = True

    def fetch(self, value: str, key: str) -> str:
        return f"{value}.{attribute(key)}"

    def is_object(self, name: str) -> str:
        return f"isinstance({name}, Part)"

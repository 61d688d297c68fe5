"""A branch of a pattern as Python code, for events that hold no arrays of objects on its paths.

Such a branch is a chain of look-ups and comparisons, so it is written out as a function and
compiled. Patterns of one shape (the same fields, compared in the same ways) share the code and
differ in its constants, so nearly every pattern costs no compilation of its own. Where an array
lies in the way the function hands over to `walk`, which chooses among its elements. The check of
`{"source": ["shop"], "detail": {"total": [{"numeric": [">", 9]}]}}` is

    def check(event):
        if not (leaf in c0 if (leaf := event.get("source", absent)).__class__ is str else c1(leaf)): return False
        v0 = event.get("detail", absent)
        if v0.__class__ not in usual: return whole(event)
        if v0.__class__ is dict:
            if not (c2 <= leaf <= c3 if (leaf := v0.get("total", absent)).__class__ is int or … else c4(leaf)):
                return False
        else: return False
        return True
"""

from functools import lru_cache
from typing import Any

from bus.patterns.accepting import Check
from bus.patterns.parse import Branch
from bus.patterns.shapes import Factory, Shape, Writer, shape_of
from bus.patterns.tree import tree_of
from bus.patterns.walking import walk

_SHAPES = 4096  # a shape's code takes some kilobytes
_DEEPEST = 50  # levels; Python indents a hundred at most
_ABSENT = object()
_USUAL = {dict, str, int, float, bool, type(None), type(_ABSENT)}  # what else there is, arrays too, is for `walk`


def compile_branch(branch: Branch) -> Check:
    """The check of a whole event, as json.loads gives it, against a branch."""
    whole = Whole(branch)
    if max(map(len, branch)) > _DEEPEST:
        return whole
    constants: list[Any] = []
    shape = shape_of(tree_of(branch), constants)
    return _factory(shape)(whole, *constants)


class Whole:
    """`walk(branch)`, prepared when it is first asked for: most branches never meet an array of objects."""

    __slots__ = ("_branch", "_check")

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._check: Check = self._prepare

    def __call__(self, event: object) -> bool:
        return self._check(event)

    def _prepare(self, event: object) -> bool:
        self._check = walk(self._branch)
        return self._check(event)


@lru_cache(maxsize=_SHAPES)
def _factory(shape: Shape) -> Factory:
    return _OfDicts().factory(shape, absent=_ABSENT, usual=_USUAL)


class _OfDicts(Writer):
    """Writes checks of parsed events, in which anything may lie anywhere."""

    def fetch(self, value: str, key: str) -> str:
        return f"{value}.get({key!r}, absent)"

    def is_object(self, name: str) -> str:
        return f"{name}.__class__ is dict"

    def is_strange(self, name: str) -> str:
        return f"{name}.__class__ not in usual"

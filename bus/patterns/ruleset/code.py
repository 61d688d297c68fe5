"""The fields of a node as Python code: one pass down the event, one look-up for each kind of comparison.

Nodes with the same fields and kinds of comparison share their code, and differ in the tables that it
is given.
"""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from bus.patterns.parse import Path
from bus.patterns.ruleset.buckets import visit
from bus.patterns.ruleset.candidate import Add
from bus.patterns.ruleset.field import FIND_TEXT, Field

Run = Callable[[Any, Add, int], None]
MOST_FIELDS = 48  # beyond, most fields are in no event: see wide.py
_DEEPEST = 50  # levels; Python indents a hundred at most
_Shape = tuple[tuple[Path, tuple[str, ...]], ...]


def compile_fields(fields: Collection[Field]) -> Run:
    """The function that visits what the fields of an event find."""
    shape = tuple((field.path, field.kinds) for field in fields)
    run: Run = _factory(shape)(visit, *fields)
    return run


@lru_cache(maxsize=2048)
def _factory(shape: _Shape) -> Callable[..., Run]:
    source = _Source(dict(shape))
    below = [((path, number)) for number, (path, _) in enumerate(shape)]
    source.object(below, "event", 0, "  ")
    names = [f"f{number}" for number in range(len(shape))]
    text = "\n".join(
        [
            f"def make({', '.join(['visit', *names])}):",
            *(f" {line}" for line in source.constants),
            " def run(event, add, array):",
            *(source.lines or ["  pass"]),
            " return run",
        ]
    )
    scope: dict[str, Any] = {"absent": object()}
    exec(compile(text, "<rules>", "exec"), scope)  # noqa: S102 - written here; of patterns it holds the repr of keys
    return scope["make"]  # type: ignore[no-any-return]


_Below = list[tuple[Path, int]]


class _Source:
    """The lines of a node's function, and of what it holds on to."""

    def __init__(self, kinds: dict[Path, tuple[str, ...]]) -> None:
        self._kinds = list(kinds.values())
        self.lines: list[str] = []
        self.constants: list[str] = []

    def object(self, fields: _Below, value: str, level: int, indent: str) -> None:
        """What is done with an object: its own fields, then those of the objects in it."""
        inner: dict[str, _Below] = {}
        for path, number in fields:
            if len(path) == 1:
                self._leaf(path[0], number, value, level + 1, indent)
            else:
                inner.setdefault(path[0], []).append((path[1:], number))
        for key, below in inner.items():
            self._inner(key, below, value, level + 1, indent)

    def _inner(self, key: str, below: _Below, value: str, level: int, indent: str) -> None:
        name = f"v{level}"
        self._line(indent, f"{name} = {value}.get({key!r})")
        self._line(indent, f"if {name}.__class__ is dict:")
        if level < _DEEPEST:
            self.object(below, name, level, indent + " ")
        else:
            self._scans(below, f"[{name}]", "-1", indent + " ")
        self._line(indent, f"elif {name}.__class__ is list:")
        self._scans(below, name, _topmost(level), indent + " ")
        absent = [number for _, number in below if "absent" in self._kinds[number]]
        if absent:
            self._line(indent, "else:")
            for number in absent:
                self._line(indent + " ", f"f{number}.visit_absent(event, add, array)")

    def _scans(self, below: _Below, name: str, array: str, indent: str) -> None:
        for path, number in below:
            self._line(indent, f"f{number}.scan({name}, {path!r}, event, add, {array})")

    def _leaf(self, key: str, number: int, value: str, level: int, indent: str) -> None:
        kinds = self._kinds[number]
        self._line(indent, f"leaf = {value}.get({key!r}, absent)")
        self._line(indent, "kind = leaf.__class__")
        on_text = [kind for kind in ("texts", *FIND_TEXT) if kind in kinds]
        if on_text:
            self._line(indent, "if kind is str:")
            for kind in on_text:
                self._look_up(kind, number, indent + " ", whole=kind in ("texts", "anything"))
        self._line(indent, f"{'elif' if on_text else 'if'} kind is list:")
        self._line(indent, f" f{number}.scan(leaf, (), event, add, {_topmost(level)})")
        self._branch("kind is int or kind is float", ("numbers", "ranges", "anything"), number, indent)
        self._branch("kind is bool or leaf is None", ("literals", "anything"), number, indent)
        self._branch("leaf is absent or kind is dict", ("absent",), number, indent)

    def _branch(self, condition: str, kinds: tuple[str, ...], number: int, indent: str) -> None:
        wanted = [kind for kind in kinds if kind in self._kinds[number]]
        if wanted:
            self._line(indent, f"elif {condition}:")
            for kind in wanted:
                self._look_up(kind, number, indent + " ", whole=kind != "ranges")

    def _look_up(self, kind: str, number: int, indent: str, *, whole: bool) -> None:
        """Look the leaf up in a table: as a whole, or by what the table makes of it."""
        name = f"{kind}{number}"
        if whole:
            self._constant(f"{name} = f{number}.tables[{kind!r}].buckets.get")
            self._line(indent, f"found = {name}({'None' if kind in ('anything', 'absent') else 'leaf'})")
            self._line(indent, "if found is not None: visit(found, event, add, array)")
        else:
            self._constant(f"{name} = f{number}.tables[{kind!r}].find")
            self._line(indent, f"for found in {name}(leaf): visit(found, event, add, array)")

    def _constant(self, line: str) -> None:
        if line not in self.constants:
            self.constants.append(line)

    def _line(self, indent: str, line: str) -> None:
        self.lines.append(indent + line)


def _topmost(level: int) -> str:
    return f"min(array, {level}) if array else {level}"

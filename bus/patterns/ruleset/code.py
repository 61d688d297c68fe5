"""The fields of a node as Python code: one pass down a view, one look-up for each kind of comparison.

Nodes with the same fields and kinds of comparison share their code, and differ in the tables that it
is given. Of a node at which candidates wait for a detail-type, and for the sku of an order's lines, it is

    def run(view, add, array):
        if array: return run_within(view, add, array)
        if (key := view.x_64657461696c2d74797065) in texts0_quick:
            found = texts0_quick[key]
            if found.__class__ is tuple:
                for name in found: add(name)
            else: found(view, add, 0)
        v1 = view.f_detail
        v2 = v1.f_lines
        if v2.__class__ is list:
            a2 = 2
            keys = ()
            for each in v2:
                if (key := each.f_sku) in texts1_visits: …
            for key in keys: texts1_visits[key](view, add, a2)
        …

where `run_within` does the same for a node that an array has led to.
"""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from bus.patterns.parse import Path
from bus.patterns.ruleset.buckets import Visit
from bus.patterns.ruleset.field import FOR_TEXT, Field
from bus.patterns.ruleset.tables import Table
from bus.patterns.ruleset.view import ABSENT, Part, attribute, values_below

_Shape = tuple[tuple[Path, tuple[str, ...], tuple[bool, ...]], ...]


def compile_fields(fields: Collection[Field], uneven: Collection[Path], always: Table) -> Visit:
    """The function that visits what the fields of a view find, and the bucket of `always`, if it has one.

    It raises AttributeError or TypeError where another path than those in `uneven` holds what no rule expects.
    """
    shape = tuple(
        (field.path, field.kinds, tuple(field.path[: length + 1] in uneven for length in range(len(field.path))))
        for field in fields
    )
    run: Visit = _factory(shape, with_always=bool(always.buckets))(always, *fields)
    return run


@lru_cache(maxsize=4096)
def _factory(shape: _Shape, *, with_always: bool) -> Callable[..., Visit]:
    source = _Source(shape)
    source.function("run_within", "array", with_always=with_always)
    source.function("run", _NO_ARRAY, with_always=with_always)
    parameters = ["always", *(f"f{number}" for number in range(len(shape)))]
    lines = [f"def make({', '.join(parameters)}):", *(f" {line}" for line in source.constants), *source.lines]
    scope: dict[str, Any] = {"absent": ABSENT, "Part": Part, "values_below": values_below}
    exec(compile("\n".join([*lines, " return run"]), "<rules>", "exec"), scope)  # noqa: S102 - of keys' mangled names
    return scope["make"]  # type: ignore[no-any-return]


_NO_ARRAY = "0"
_EXACT = ("texts", "numbers", "literals", "absent", "folded")
_NUMBER, _LITERAL = "kind is int or kind is float", "kind is bool or leaf is None"
_BY_KIND = (
    ("kind is str", FOR_TEXT),
    (_NUMBER, ("numbers", "ranges", "others")),
    (_LITERAL, ("literals", "others")),
)
_OTHERS = {_NUMBER: "keys_of_number", _LITERAL: "keys_of_literal"}

_Below = list[tuple[Path, int]]  # fields by what is left of their paths, and their numbers


class _Source:
    """The lines of a node's function, and of what it holds on to.

    `array` is, as code, how many keys above the topmost array lie that is around what the code looks at (see `Visit`):
    _NO_ARRAY, "array" for what `run_within` is told, or that of an array which the code itself has gone into.
    """

    def __init__(self, shape: _Shape) -> None:
        self._shape = shape
        self.lines: list[str] = []
        self.constants: list[str] = []

    def function(self, name: str, array: str, *, with_always: bool) -> None:
        """A function with all that is done with a view."""
        self._line(" ", f"def {name}(view, add, array):")
        if array == _NO_ARRAY:
            self._line("  ", "if array: return run_within(view, add, array)")
        if with_always:
            self._constant("always_visits, always_quick = always.visits, always.quick")
            self._visit("always", "None", "  ", array)
        fields = [(path, number) for number, (path, _, _) in enumerate(self._shape)]
        self.object(fields, "view", 0, "  ", array)
        self._line("  ", "return")

    def object(self, fields: _Below, value: str, level: int, indent: str, array: str) -> None:
        """What is done with an object: its own fields, then those of the objects in it."""
        inner: dict[str, _Below] = {}
        for path, number in fields:
            if len(path) > 1:
                inner.setdefault(path[0], []).append((path[1:], number))
            else:
                self._leaf(path[0], number, value, level + 1, indent, array)
        for key, below in inner.items():
            name = f"v{level + 1}"
            self._line(indent, f"{name} = {value}.{attribute(key)}")
            if self._uneven(below[0][1], level):
                self._uneven_object(below, name, level + 1, indent, array)
            else:
                self.object(below, name, level + 1, indent, array)

    def _uneven(self, number: int, level: int) -> bool:
        return self._shape[number][2][level]

    def _uneven_object(self, below: _Below, name: str, level: int, indent: str, array: str) -> None:
        self._line(indent, f"if {name}.__class__ is list:")
        self._line(indent, f" a{level} = {_topmost(array, level)}")
        self._array(below, name, level, indent + " ", f"a{level}")
        self._line(indent, f"elif isinstance({name}, Part):")
        self._line(indent, " pass")
        self.object(below, name, level, indent + " ", array)
        absent = [number for _, number in below if "absent" in self._shape[number][1]]
        if absent and not _in_an_array_of_its_own(array):
            self._line(indent, "else:")
            for number in absent:
                self._look_up("absent", number, "None", indent + " ", array)

    def _array(self, below: _Below, name: str, level: int, indent: str, array: str) -> None:
        """The objects of an array. Whether a field is absent from some of them, only the whole branch can tell."""
        for path, number in below:
            kinds, uneven = set(self._shape[number][1]), self._shape[number][2]
            if "absent" in kinds:
                self._look_up("absent", number, "None", indent, "-1")
            names = tuple(map(attribute, path))
            if any(uneven[level:-1]):
                values = f"values_below({name}, {names!r})"
            else:
                values = f"[each.{'.'.join(names)} for each in {name}]"
            if kinds <= {"numbers", "ranges"}:
                self._visit_all(f"f{number}.keys_of_numbers({values})", indent, array)
            elif uneven[-1]:
                self._visit_all(f"f{number}.keys_of({values})", indent, array)
            elif kinds - {"absent"} == {"texts"}:
                self._texts_of_array(number, values, indent, array)
            elif kinds != {"absent"}:
                self._line(indent, f"for leaf in set({values}):")
                self._value(number, "leaf", level + len(path), indent + " ", array)

    def _texts_of_array(self, number: int, values: str, indent: str, array: str) -> None:
        """Each key that is found once: found again it would find the same again."""
        visits = f"texts{number}_visits"
        self._constant(f"texts{number} = f{number}.tables['texts']")
        self._constant(f"{visits} = texts{number}.visits")
        self._line(indent, "keys = ()")
        if values.startswith("["):
            value, _, loop = values[1:-1].partition(" ")
        else:
            value, loop = "each", f"for each in {values}"
        self._line(indent, f"{loop}:")
        self._line(indent, f" if (key := {value}) in {visits}:")
        self._line(indent, "  if keys: keys.add(key)")
        self._line(indent, "  else: keys = {key}")
        self._line(indent, f"for key in keys: {visits}[key](view, add, {array})")

    def _leaf(self, key: str, number: int, value: str, level: int, indent: str, array: str) -> None:
        self._value(number, f"{value}.{attribute(key)}", level, indent, array)

    def _value(self, number: int, leaf: str, level: int, indent: str, array: str) -> None:
        """What is done with a field's value, in the tables of its kind."""
        kinds = self._shape[number][1]
        if set(kinds) - {"absent" if _in_an_array_of_its_own(array) else None} == {"texts"} and not self._uneven(
            number, -1
        ):
            self._look_up("texts", number, leaf, indent, array)
            return
        if leaf != "leaf":
            self._line(indent, f"leaf = {leaf}")
        self._line(indent, "kind = leaf.__class__")
        word = "if"
        for condition, tables in _BY_KIND:
            wanted = [table for table in tables if table in kinds]
            if wanted:
                self._line(indent, f"{word} {condition}:")
                word = "elif"
            for table in wanted:
                find = _OTHERS.get(condition, "keys_of") if table == "others" else "keys_of"
                self._look_up(table, number, "leaf", indent + " ", array, find)
        self._line(indent, f"{word} kind is list:")
        self._visit_all(f"f{number}.keys_of(leaf)", indent + " ", _topmost(array, level))
        if "absent" in kinds and not _in_an_array_of_its_own(array):
            self._look_up("absent", number, "None", indent + " ", "-1")
            self._line(indent, "elif leaf is absent or isinstance(leaf, Part):")
            self._look_up("absent", number, "None", indent + " ", array)

    def _look_up(self, table: str, number: int, value: str, indent: str, array: str, find: str = "keys_of") -> None:
        """Visit what a value finds in a table: under itself, or under the keys that the table makes of it."""
        name = f"{table}{number}"
        self._constant(f"{name} = f{number}.tables[{table!r}]")
        self._constant(f"{name}_visits = {name}.visits")
        self._constant(f"{name}_quick = {name}.quick")
        if table == "folded":
            value = f"{value}.lower() if {value}.isascii() else None"
        if table in _EXACT:
            self._line(indent, f"if (key := {value}) in {name}_quick:")
        else:
            self._constant(f"{name}_{find} = {name}.{find}")
            self._line(indent, f"for key in {name}_{find}({value}):")
        self._visit(name, "key", indent + " ", array)

    def _visit(self, name: str, key: str, indent: str, array: str) -> None:
        if array != _NO_ARRAY:
            self._line(indent, f"{name}_visits[{key}](view, add, {array})")
            return
        self._line(indent, f"found = {name}_quick[{key}]")
        self._line(indent, "if found.__class__ is tuple:")
        self._line(indent, " for name in found: add(name)")
        self._line(indent, "else: found(view, add, 0)")

    def _visit_all(self, keys: str, indent: str, array: str) -> None:
        self._line(indent, f"for table, key in {keys}: table.visits[key](view, add, {array})")

    def _constant(self, line: str) -> None:
        if line not in self.constants:
            self.constants.append(line)

    def _line(self, indent: str, line: str) -> None:
        self.lines.append(indent + line)


def _in_an_array_of_its_own(array: str) -> bool:
    return array not in ("array", _NO_ARRAY)


def _topmost(array: str, level: int) -> str:
    if array == _NO_ARRAY:
        return str(level)
    return array if _in_an_array_of_its_own(array) else f"min(array, {level}) if array else {level}"

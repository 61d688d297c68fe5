"""One way to satisfy schemas at one place: every `$ref` followed, one alternative of each `anyOf` and `oneOf` chosen.

What a shape says may be less than its schemas do, never more: that no value fits is a proof, and a
value that fits is checked by a validator. `unread` names the keywords that a shape passes over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from bus.patterns.numbers import is_number
from bus.patterns.reasoning.intervals import ALL, Intervals, Number, both, step_of
from bus.patterns.reasoning.kinds import KINDS, kind_of, same
from bus.patterns.reasoning.references import Node
from bus.patterns.reasoning.text_rules import TextRule, format_rule, pattern_rule
from bus.patterns.reasoning.work import Work

_COST = 10
_UNREAD = (
    "not",
    "if",
    "dependentSchemas",
    "dependentRequired",
    "$dynamicRef",
    "contains",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "unevaluatedItems",
)


@dataclass(frozen=True)
class Shape:
    """Schemas that hold all at once, none of which leads to others in place."""

    nodes: tuple[Node, ...]

    def _all(self, keyword: str) -> list[Any]:
        return [node.schema[keyword] for node in self.nodes if keyword in node.schema]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of value that may be; an integer is a number."""
        found = KINDS
        for types in self._all("type"):
            found &= {"number" if kind == "integer" else kind for kind in _listed(types)}
        return found

    @cached_property
    def values(self) -> list[Any] | None:
        """The only values, where `enum` or `const` name them."""
        sets = [*self._all("enum"), *([value] for value in self._all("const"))]
        if not sets:
            return None
        return [value for value in sets[0] if all(any(same(value, each) for each in others) for others in sets[1:])]

    @cached_property
    def text_rules(self) -> list[TextRule]:
        """`pattern` and `format`."""
        formats = [rule for name in self._all("format") if (rule := format_rule(name))]
        return [*map(pattern_rule, self._all("pattern")), *formats]

    @cached_property
    def length(self) -> tuple[int, int | None]:
        """How many characters a text has, at least and at most."""
        return self._bounds("minLength", "maxLength")

    @cached_property
    def size(self) -> tuple[int, int | None]:
        """How many elements an array has, at least and at most."""
        return self._bounds("minItems", "maxItems")

    @cached_property
    def numbers(self) -> Intervals:
        """The numbers between the bounds."""
        lows = [(value, 0) for value in self._all("minimum")] + [(value, 1) for value in self._all("exclusiveMinimum")]
        highs = [(value, 1) for value in self._all("maximum")] + [(value, 0) for value in self._all("exclusiveMaximum")]
        low, high = max([ALL[0][0], *lows]), min([ALL[0][1], *highs])
        return both(ALL, ((low, high),)) if low < high else ()

    @cached_property
    def steps(self) -> list[Number]:
        """What numbers are multiples of."""
        whole = [types for types in self._all("type") if "integer" in _listed(types) and "number" not in _listed(types)]
        return [*([1] if whole else []), *self._all("multipleOf")]

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that an object has."""
        return tuple(dict.fromkeys(key for keys in self._all("required") for key in keys))

    @cached_property
    def examples(self) -> list[Any]:
        """What the schemas give as examples; nothing says that they hold."""
        return [example for examples in self._all("examples") for example in examples] + self._all("default")

    @cached_property
    def unread(self) -> str:
        """What this shape passes over, in words; empty where nothing."""
        found = [keyword for keyword in _UNREAD for value in self._all(keyword) if value not in (False, {}, [])]
        found += [rule.unread for rule in self.text_rules if rule.unread]
        found += ["oneOf"] if self._all("oneOf") else []
        return ", ".join(dict.fromkeys(found))

    def accepts(self, value: Any) -> bool:
        """Whether a scalar fits; of an array or an object, whether its kind does."""
        if kind_of(value) not in self.kinds or (
            self.values is not None and not any(same(value, v) for v in self.values)
        ):
            return False
        if isinstance(value, str):
            least, most = self.length
            fits = least <= len(value) and (most is None or len(value) <= most)
            return fits and all(rule.holds(value) for rule in self.text_rules)
        if is_number(value):
            step = step_of(self.steps)
            return bool(both(self.numbers, (((value, 0), (value, 1)),))) and (
                step is None or Fraction(str(value)) % step == 0
            )
        return True

    def _bounds(self, least: str, most: str) -> tuple[int, int | None]:
        return max([0, *map(int, self._all(least))]), min(map(int, self._all(most)), default=None)


def shapes(nodes: tuple[Node, ...], work: Work) -> Iterator[Shape]:
    """Every shape of schemas that hold all at once; a value that satisfies them fits one of these.

    Raises TooLargeError.
    """
    yield from _expanded(nodes, (), KINDS, work)


def _expanded(pending: tuple[Node, ...], done: tuple[Node, ...], kinds: frozenset[str], work: Work) -> Iterator[Shape]:
    work.spend(_COST)
    if not pending:
        yield Shape(done)
        return
    node, rest = pending[0], pending[1:]
    if node.schema is False:
        return
    if node.schema is True:
        yield from _expanded(rest, done, kinds, work)
        return
    if "type" in node.schema:
        kinds &= {"number" if kind == "integer" else kind for kind in _listed(node.schema["type"])}
        if not kinds:
            return
    more = [node.below(each) for each in node.schema.get("allOf", ())]
    if "$ref" in node.schema:
        more.append(node.referred(node.schema["$ref"]))
    choices = [node.schema[keyword] for keyword in ("anyOf", "oneOf") if keyword in node.schema]
    for chosen in product(*choices):
        yield from _expanded((*more, *map(node.below, chosen), *rest), (*done, node), kinds, work)


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types

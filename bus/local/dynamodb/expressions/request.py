"""The expressions of one request, bound to its names and values."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bus.local.dynamodb.attributes import admit_item
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.expressions.compiled import Compiled
from bus.local.dynamodb.expressions.conditions import Condition, compile_condition
from bus.local.dynamodb.expressions.keyconditions import KeyTest, compile_key_condition
from bus.local.dynamodb.expressions.projections import Projection, compile_projection
from bus.local.dynamodb.expressions.updates import Update, compile_update

T = TypeVar("T")
Compile = Callable[[str, str, tuple[tuple[str, str], ...]], Compiled[T]]


class Expressions:
    """Takes the expression parameters of a request one by one; `finish` refuses placeholders left over."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self._names: Mapping[str, str] = params.get("ExpressionAttributeNames") or {}
        self._given_values: Mapping[str, Any] = params.get("ExpressionAttributeValues") or {}
        self.values = admit_item(self._given_values)
        self._compiled: list[Compiled[Any]] = []

    def condition(self, parameter: str = "ConditionExpression") -> Condition | None:
        """The condition or filter of `parameter`, if the request has it."""
        compiled = self._bind(parameter, compile_condition)
        if compiled is None:
            return None
        test, values = compiled.run, self.values
        return lambda item: test(item, values)

    def filter(self, keys: tuple[str, ...]) -> Condition | None:
        """A query's filter, which may not speak of the `keys` that are queried."""
        condition = self.condition("FilterExpression")
        for name in keys:
            if condition is not None and name in self._compiled[-1].roots:
                raise invalid(
                    f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
                )
        return condition

    def update(self) -> Compiled[Update] | None:
        """The update of the request, if it has one."""
        return self._bind("UpdateExpression", compile_update)

    def projection(self) -> Projection | None:
        """What the request wants of each item; None for all of it."""
        compiled = self._bind("ProjectionExpression", compile_projection)
        return None if compiled is None else compiled.run

    def key_condition(self) -> tuple[KeyTest, ...] | None:
        """The tests of the key, if the request has them."""
        compiled = self._bind("KeyConditionExpression", compile_key_condition)
        return None if compiled is None else compiled.run

    def _bind(self, parameter: str, compile_: Compile[T]) -> Compiled[T] | None:
        text = self._params.get(parameter)
        if text is None:
            return None
        compiled = compile_(text, parameter, tuple(self._names.items()))
        for name in sorted(compiled.values - self.values.keys()):
            raise invalid(
                f"Invalid {parameter}: An expression attribute value used in expression is not defined; "
                f"attribute value: {name}"
            )
        for check in compiled.checks:
            check(self.values)
        self._compiled.append(compiled)
        return compiled

    def finish(self) -> None:
        """Raises ValidationException for names and values that no expression used."""
        if self._names or self._given_values:
            self._refuse_unused("ExpressionAttributeNames", self._names, [each.names for each in self._compiled])
            self._refuse_unused(
                "ExpressionAttributeValues", self._given_values, [each.values for each in self._compiled]
            )

    def _refuse_unused(self, parameter: str, given: Mapping[str, Any], used: list[frozenset[str]]) -> None:
        if given and not used:
            raise invalid(f"{parameter} can only be specified when using expressions")
        unused = given.keys() - frozenset[str]().union(*used)
        if unused:
            raise invalid(f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(sorted(unused))}}}")

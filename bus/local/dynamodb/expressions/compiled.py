"""What compiling an expression gives: the thing itself, and what it refers to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from bus.local.dynamodb.attributes import AttributeValue
from bus.local.dynamodb.expressions.tokens import Tokens

T = TypeVar("T")
Values = Mapping[str, AttributeValue]


@dataclass(frozen=True)
class Compiled(Generic[T]):
    """`run`, with the placeholders it uses and the top-level attributes (`roots`) it reads or writes.

    `checks` raise ValidationException for values that the expression could never use.
    """

    run: T
    names: frozenset[str]
    values: frozenset[str]
    roots: frozenset[str]
    checks: tuple[Callable[[Values], None], ...]


def compiler(parse: Callable[[Tokens], T]) -> Callable[[str, str, tuple[tuple[str, str], ...]], Compiled[T]]:
    """`compile(text, parameter, names)`: the whole of an expression, kept for the next request like it."""

    @lru_cache(maxsize=4096)
    def compiled(text: str, parameter: str, names: tuple[tuple[str, str], ...]) -> Compiled[T]:
        tokens = Tokens(text, parameter, dict(names))
        run = parse(tokens)
        tokens.expect_end()
        return Compiled(
            run,
            frozenset(tokens.used_names),
            frozenset(tokens.used_values),
            frozenset(tokens.roots),
            tuple(tokens.checks),
        )

    return compiled

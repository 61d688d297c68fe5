"""Update expressions.

    update = {"SET" path "=" value {"," ...} | "REMOVE" path {"," ...}
              | "ADD" path :value {"," ...} | "DELETE" path :value {"," ...}}

Every value is worked out from the item as it was before; then all are written. Developer guide,
"Using update expressions in DynamoDB".
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.expressions.compiled import Values, compiler
from bus.local.dynamodb.expressions.operands import Read, require, value
from bus.local.dynamodb.expressions.paths import Path, overlap, path, put, remove
from bus.local.dynamodb.expressions.sets import SETS, joined, without
from bus.local.dynamodb.expressions.setvalues import set_value
from bus.local.dynamodb.expressions.tokens import Tokens


@dataclass
class Update:
    """What an update expression writes where, and what it removes."""

    writes: list[tuple[Path, Read]] = field(default_factory=list)
    removals: list[Path] = field(default_factory=list)

    @property
    def targets(self) -> list[Path]:
        """Every path that the expression changes."""
        return [route for route, _ in self.writes] + self.removals

    def apply(self, before: Item, after: Item, values: Values) -> None:
        """Change `after`, which starts as an equal of `before` and shares nothing with it.

        Raises ValidationException for what only the item shows: a missing operand, a wrong type.
        """
        found = [(route, read(before, values)) for route, read in self.writes]
        for route, result in sorted(found, key=lambda each: _order(each[0])):
            # A set that lost its last member is no longer there.
            if result is None:
                remove(after, route)
            else:
                put(after, route, result)
        # From the end, so that each list index still means what it meant in the expression.
        for route in sorted(self.removals, key=_order, reverse=True):
            remove(after, route)


def _order(route: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in route]


def _update(tokens: Tokens) -> Update:
    update, seen = Update(), set[str]()
    while tokens.here.kind != "end":
        section = tokens.here.text.upper()
        if tokens.here.kind != "word" or section not in _SECTIONS:
            raise tokens.syntax_error()
        if section in seen:
            raise tokens.refused(f'The "{section}" section can only be used once in an update expression;')
        seen.add(section)
        tokens.take()
        _SECTIONS[section](tokens, update)
        while tokens.accept(","):
            _SECTIONS[section](tokens, update)
    if refusal := overlap(tokens, update.targets):
        raise refusal
    return update


def _set(tokens: Tokens, update: Update) -> None:
    route = path(tokens)
    tokens.expect("=")
    update.writes.append((route, set_value(tokens)))


def _remove(tokens: Tokens, update: Update) -> None:
    update.removals.append(path(tokens))


def _add(tokens: Tokens, update: Update) -> None:
    route = path(tokens)
    given = value(tokens)
    require(tokens, "ADD", given, SETS | {"N"}, label="operator")
    update.writes.append((route, joined(route, given)))


def _delete(tokens: Tokens, update: Update) -> None:
    route = path(tokens)
    given = value(tokens)
    require(tokens, "DELETE", given, SETS, label="operator")
    update.writes.append((route, without(route, given)))


_SECTIONS: dict[str, Callable[[Tokens, Update], None]] = {
    "SET": _set,
    "REMOVE": _remove,
    "ADD": _add,
    "DELETE": _delete,
}

compile_update = compiler(_update)

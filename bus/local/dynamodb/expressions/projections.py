"""Projection expressions: the parts of an item that a caller wants."""

from collections.abc import Callable, Iterable
from typing import Any

from bus.local.dynamodb.attributes import AttributeValue, Item
from bus.local.dynamodb.expressions.compiled import compiler
from bus.local.dynamodb.expressions.paths import Path, overlap, path
from bus.local.dynamodb.expressions.tokens import Tokens

Projection = Callable[[Item], Item]


def _projection(tokens: Tokens) -> Projection:
    routes = [path(tokens)]
    while tokens.accept(","):
        routes.append(path(tokens))
    if refusal := overlap(tokens, routes):
        raise refusal
    return projection(routes)


compile_projection = compiler(_projection)


def projection(routes: Iterable[Path]) -> Projection:
    """A function that keeps of an item what lies at `routes`; chosen list elements close ranks."""
    wanted = list(routes)
    if all(len(route) == 1 for route in wanted):
        names = [str(route[0]) for route in wanted]
        return lambda item: {name: item[name] for name in names if name in item}
    tree = _tree(wanted)
    return lambda item: _branches(item, tree)


def _tree(routes: Iterable[Path]) -> dict[str | int, Any]:
    tree: dict[str | int, Any] = {}
    for route in routes:
        node = tree
        for step in route:
            node = node.setdefault(step, {})
    return tree


def _branches(item: Item, tree: dict[Any, Any]) -> Item:
    found = ((name, _pruned(item[name], below)) for name, below in tree.items() if name in item)
    return {name: value for name, value in found if value is not None}


def _pruned(value: AttributeValue, tree: dict[Any, Any]) -> AttributeValue | None:
    if not tree:
        return value
    if "M" in value:
        below = _branches(value["M"], {step: rest for step, rest in tree.items() if isinstance(step, str)})
        return {"M": below} if below else None
    if "L" in value:
        elements = value["L"]
        chosen = sorted(step for step in tree if isinstance(step, int) and step < len(elements))
        kept = [pruned for step in chosen if (pruned := _pruned(elements[step], tree[step])) is not None]
        return {"L": kept} if kept else None
    return None

"""Document paths: `a`, `#a.b[0].c`, read from an item and written to it."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

from bus.local.dynamodb.attributes import AttributeValue, Item
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.expressions.reserved import RESERVED
from bus.local.dynamodb.expressions.tokens import Tokens
from bus.local.errors import AwsError

Path = tuple[str | int, ...]


def path(tokens: Tokens) -> Path:
    """Parse a document path: attribute names, and after them list indexes."""
    steps: list[str | int] = [_name(tokens)]
    tokens.roots.add(str(steps[0]))
    while True:
        if tokens.accept("."):
            steps.append(_name(tokens))
        elif tokens.accept("["):
            steps.append(_index(tokens))
        else:
            return tuple(steps)


def _name(tokens: Tokens) -> str:
    kind, text = tokens.here
    if kind not in ("name", "word"):
        raise tokens.syntax_error()
    tokens.take()
    if kind == "word":
        if text.upper() in RESERVED:
            raise tokens.refused(f"Attribute name is a reserved keyword; reserved keyword: {text}")
        return text
    if text not in tokens.names:
        raise tokens.refused(
            f"An expression attribute name used in the document path is not defined; attribute name: {text}"
        )
    tokens.used_names.add(text)
    return tokens.names[text]


def _index(tokens: Tokens) -> int:
    if tokens.here.kind != "number":
        raise tokens.syntax_error()
    index = int(tokens.take().text)
    tokens.expect("]")
    return index


def written(route: Path) -> str:
    """A path as DynamoDB's refusals write it: `[a, b, [0]]`."""
    return f"[{', '.join(f'[{step}]' if isinstance(step, int) else step for step in route)}]"


def reader(route: Path) -> Callable[[Item], AttributeValue | None]:
    """A function that gives what lies at `route`, or None."""
    root = str(route[0])
    if len(route) == 1:
        return lambda item: item.get(root)

    def read(item: Item) -> AttributeValue | None:
        value = item.get(root)
        for step in route[1:]:
            if value is None:
                return None
            value = _child(value, step)
        return value

    return read


def _child(value: AttributeValue, step: str | int) -> AttributeValue | None:
    if isinstance(step, str):
        return value["M"].get(step) if "M" in value else None
    elements = value.get("L", ())
    return elements[step] if step < len(elements) else None


def put(item: Item, route: Path, value: AttributeValue) -> None:
    """Set what lies at `route`; beyond a list's end, append. Raises ValidationException when the way is missing."""
    parent, last = _parent(item, route), route[-1]
    if isinstance(parent, list) and isinstance(last, int) and last >= len(parent):
        parent.append(value)
    else:
        parent[last] = value


def remove(item: Item, route: Path) -> None:
    """Remove what lies at `route`, if anything. Raises ValidationException when the way is missing."""
    parent, last = _parent(item, route), route[-1]
    if isinstance(parent, dict):
        parent.pop(last, None)
    elif isinstance(last, int) and last < len(parent):
        del parent[last]


def _parent(item: Item, route: Path) -> Any:
    """The map's dict or the list that holds the last step, which must be of the right kind."""
    if len(route) == 1:
        return item
    holder = reader(route[:-1])(item)
    kind = "L" if isinstance(route[-1], int) else "M"
    if holder is None or kind not in holder:
        raise invalid("The document path provided in the update expression is invalid for update")
    return holder[kind]


def overlap(tokens: Tokens, routes: list[Path]) -> AwsError | None:
    """The refusal of two paths of which one lies in the other, if any do."""
    for one, two in combinations(routes, 2):
        if one[: len(two)] == two[: len(one)]:
            return tokens.refused(
                "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                f"path one: {written(one)}, path two: {written(two)}"
            )
    return None

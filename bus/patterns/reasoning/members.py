"""Which schemas the fields of an object and the elements of an array have to satisfy."""

from collections.abc import Iterable, Iterator
from typing import Any

from bus.patterns.reasoning.references import Node
from bus.patterns.reasoning.shapes import Shape
from bus.patterns.reasoning.validating import text_validity

_IN_PLACE = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")
_MOST_REFERENCES = 64


def field_schemas(shape: Shape, key: str) -> tuple[Node, ...]:
    """The schemas of the field `key`; one of them is false where the object is closed against it."""
    found: list[Node] = []
    for node in shape.nodes:
        named = list(_named(node, key))
        found += named
        if named or "additionalProperties" in node.schema:
            if not named:
                found.append(node.below(node.schema["additionalProperties"]))
        elif "unevaluatedProperties" in node.schema and not _maybe_evaluated([node], key):
            found.append(node.below(node.schema["unevaluatedProperties"]))
    return tuple(found)


def element_schemas(shape: Shape, index: int) -> tuple[Node, ...]:
    """The schemas of the element at `index`."""
    found: list[Node] = []
    for node in shape.nodes:
        first = node.schema.get("prefixItems", ())
        if index < len(first):
            found.append(node.below(first[index]))
        elif "items" in node.schema:
            found.append(node.below(node.schema["items"]))
    return tuple(found)


def places(shape: Shape) -> int:
    """How many first elements have schemas of their own."""
    return max((len(node.schema.get("prefixItems", ())) for node in shape.nodes), default=0)


def _named(node: Node, key: str) -> Iterator[Node]:
    properties = node.schema.get("properties", {})
    if key in properties:
        yield node.below(properties[key])
    for pattern, schema in node.schema.get("patternProperties", {}).items():
        if text_validity("pattern", pattern)(key):
            yield node.below(schema)


def _maybe_evaluated(nodes: Iterable[Node], key: str) -> bool:
    """Whether any schema in place, chosen or not, may speak of `key`: then `unevaluatedProperties` may not."""
    pending, looked_at = list(nodes), 0
    while pending:
        node, looked_at = pending.pop(), looked_at + 1
        if not isinstance(node.schema, dict):
            continue
        if looked_at > _MOST_REFERENCES or any(_named(node, key)) or _opens(node.schema, first=looked_at == 1):
            return True
        pending += _in_place(node)
    return False


def _opens(schema: dict[str, Any], *, first: bool) -> bool:
    return "additionalProperties" in schema or (not first and "unevaluatedProperties" in schema)


def _in_place(node: Node) -> Iterator[Node]:
    for keyword in _IN_PLACE:
        yield from map(node.below, node.schema.get(keyword, ()))
    yield from (node.below(node.schema[keyword]) for keyword in _CONDITIONAL if keyword in node.schema)
    yield from map(node.below, node.schema.get("dependentSchemas", {}).values())
    if "$ref" in node.schema:
        yield node.referred(node.schema["$ref"])
    if "$dynamicRef" in node.schema:
        yield Node(schema={"additionalProperties": True}, resolver=node.resolver)

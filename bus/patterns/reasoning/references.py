"""A schema at its place: what `$ref` leads to from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

Resolve = Callable[[str], Any] | Registry[Any]


class UnresolvedReferenceError(LookupError):
    """A `$ref` of the schema leads nowhere."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(
            f"the schema refers to {reference!r}, which is not there; pass `resolve`, a referencing.Registry "
            "or a function from the absolute URI to the schema"
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A schema, and the resolver of the resource that it lies in."""

    schema: Any
    resolver: Any

    def below(self, schema: Any) -> "Node":
        """A subschema of this one."""
        if isinstance(schema, dict) and "$id" in schema:
            return Node(schema, self.resolver.in_subresource(DRAFT202012.create_resource(schema)))
        return Node(schema, self.resolver)

    def referred(self, reference: str) -> "Node":
        """What a `$ref` of this schema leads to. Raises UnresolvedReferenceError."""
        try:
            found = self.resolver.lookup(reference)
        except Unresolvable as error:
            raise UnresolvedReferenceError(reference) from error
        return Node(found.contents, found.resolver)


def root(schema: Any, resolve: Resolve | None) -> Node:
    """The schema as a whole, with everything that `resolve` knows within reach."""
    registry = resolve if isinstance(resolve, Registry) else _registry(resolve)
    resource = DRAFT202012.create_resource(schema)
    uri = schema.get("$id", "") if isinstance(schema, Mapping) else ""
    return Node(schema, registry.with_resource(uri, resource).resolver(uri))


def retriever(resolve: Resolve | None) -> Callable[[str], Any]:
    """From an absolute URI to the schema, as validators ask for it. Raises UnresolvedReferenceError."""

    def retrieve(uri: str) -> Any:
        if resolve is None:
            raise UnresolvedReferenceError(uri)
        if isinstance(resolve, Registry):
            try:
                return resolve.get_or_retrieve(uri).value.contents
            except Unresolvable as error:
                raise UnresolvedReferenceError(uri) from error
        try:
            return resolve(uri)
        except LookupError as error:
            raise UnresolvedReferenceError(uri) from error

    return cache(retrieve)


def _registry(resolve: Callable[[str], Any] | None) -> Registry[Any]:
    retrieve = retriever(resolve)
    return Registry(retrieve=lambda uri: Resource.from_contents(retrieve(uri), default_specification=DRAFT202012))  # type: ignore[call-arg] # attrs hides the name from mypy

"""The words of JSON Schema 2020-12, and where they hold further schemas."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY

Schema = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VOCABULARIES = [DIALECT.removesuffix("schema") + one["$ref"] for one in Draft202012Validator.META_SCHEMA["allOf"]]
_KEYWORDS = frozenset(word for uri in _VOCABULARIES for word in REGISTRY[uri].contents["properties"])

_NAMED = ("properties", "$defs")
# What follows narrows the schema around it, and is described by it.
_NAMED_PARTS = ("patternProperties", "dependentSchemas")
_LISTED_PARTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_PARTS = ("additionalProperties", "unevaluatedProperties", "propertyNames", "unevaluatedItems", "contains")
_CONDITIONS = ("not", "if", "then", "else")


def unknown(schema: Schema) -> Iterator[tuple[str, str]]:
    """Each keyword that JSON Schema does not have, and the one that is likely meant, or "".

    A validator passes over it ("Core", 6.5), so that a misspelt bound binds nobody. "x-" begins our own.
    """
    for word in schema:
        if word not in _KEYWORDS and not word.startswith("x-"):
            yield word, "".join(difflib.get_close_matches(word, sorted(_KEYWORDS), 1, 0.7))


def within(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """The schema and every one inside it, with its JSON pointer; a part has at least an empty description."""
    yield pointer, schema
    for place, child in _children(schema):
        # Of the two short forms, true says as much as {}, and false describes nothing.
        if child is not False:
            yield from within({} if child is True else child, f"{pointer}/{place}")
    for place, part in _parts(schema):
        if not isinstance(part, bool):
            yield from within({"description": "", **part}, f"{pointer}/{place}")


def _children(schema: Schema) -> Iterator[tuple[str, Any]]:
    yield from _named(schema, _NAMED)
    if "items" in schema:
        yield "items", schema["items"]


def _parts(schema: Schema) -> Iterator[tuple[str, Any]]:
    yield from _named(schema, _NAMED_PARTS)
    for word in _LISTED_PARTS:
        yield from ((f"{word}/{index}", part) for index, part in enumerate(schema.get(word, ())))
    yield from ((word, schema[word]) for word in (*_PARTS, *_CONDITIONS) if word in schema)


def _named(schema: Schema, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    return ((f"{word}/{name}", child) for word in words for name, child in schema.get(word, {}).items())

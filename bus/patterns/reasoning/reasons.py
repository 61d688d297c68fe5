"""Why there is no value, in a sentence: where, what patterns want, and what the schema allows."""

from bus.patterns.dialects import RULES, SNS_BODY
from bus.patterns.english import leaf_in_words
from bus.patterns.leaf import Leaf
from bus.patterns.reasoning.demands import ANY, Fields, Want
from bus.patterns.reasoning.places import Place
from bus.patterns.reasoning.references import Node
from bus.patterns.terms import Numeric
from bus.patterns.wording import either, every, exact_text, place_text, value_text

_MOST_VALUES = 6


def impossible(place: Place) -> str:
    """The sentence about a place where no value can be."""
    where = place_text(place.path) or "the event"
    if any(node.schema is False for node in place.schemas):
        return f"{where}: the pattern wants {_wanted(place)}, but the schema has no such field"
    allowed = ", and ".join(filter(None, map(allows, place.schemas)))
    if not allowed:
        return f"{where}: nothing is {_wanted(place)}"
    return f"{where}: the pattern wants {_wanted(place)}, but the schema allows {allowed} only"


def _wanted(place: Place) -> str:
    bans = ("no value" if ban == ANY else f"not {wants(ban)}" for ban in place.bans)
    return " and at once ".join([*map(wants, place.wants), *bans]) or "a value"


def wants(want: Want) -> str:
    """What a part of a pattern accepts."""
    if isinstance(want, Fields):
        keys = [exact_text(field.key) for field in want.fields if field.holds]
        return f"an object with {every(keys, _MOST_VALUES)}" if keys else "an object"
    return leaf_in_words(want, _limit(want), _MOST_VALUES)


def _limit(leaf: Leaf) -> float:
    """Where ranges of the leaf that are open to one side end, which depends on the dialect that it was read in."""
    ends = {abs(end) for term in leaf.terms if isinstance(term, Numeric) for end in (term.low, term.high)}
    return SNS_BODY.number_limit if SNS_BODY.number_limit in ends else RULES.number_limit


def allows(node: Node, followed: int = 0) -> str:
    """What a schema allows, in words; empty where anything."""
    schema = node.schema
    if not isinstance(schema, dict):
        return "" if schema else "nothing"
    if "$ref" in schema and followed < _MOST_VALUES:
        return allows(node.referred(schema["$ref"]), followed + 1)
    if "const" in schema:
        return value_text(schema["const"])
    if "enum" in schema:
        return either([*map(value_text, schema["enum"])], _MOST_VALUES)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema and followed < _MOST_VALUES:
            ways = [allows(node.below(each), followed + 1) or "anything" for each in schema[keyword]]
            return either(ways, _MOST_VALUES)
    kinds = schema.get("type", [])
    names = [_NAMES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    named = either(names) if names else ""
    details = [f"{words} {value_text(schema[keyword])}" for keyword, words in _DETAILS.items() if keyword in schema]
    return " ".join(filter(None, [named or ("a value" if details else ""), " and ".join(details)]))


_NAMES = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "object": "an object",
    "array": "an array",
}
_DETAILS = {
    "format": "of the format",
    "pattern": "that matches",
    "minLength": "not shorter than",
    "maxLength": "not longer than",
    "minimum": "of at least",
    "exclusiveMinimum": "above",
    "maximum": "of at most",
    "exclusiveMaximum": "below",
    "multipleOf": "that is a multiple of",
    "minItems": "not shorter than",
    "maxItems": "not longer than",
}

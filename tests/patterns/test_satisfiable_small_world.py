"""What `satisfiable_by` says of a small world of schemas, held to another validator and to every event there."""

from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from bus.patterns import Pattern
from bus.patterns.reasoning import Satisfiable, Unsatisfiable, satisfiable_by
from tests.patterns import universe
from tests.patterns.strategies import examples

# Fields of the small world, each in its own way a subset of its values.
FIELDS: tuple[Any, ...] = (
    {"type": "string"},
    {"type": ["integer", "null"]},
    {"enum": ["a", 1, None]},
    {"type": "string", "minLength": 2},
    {"type": "string", "pattern": "^a"},
    {"type": "string", "pattern": "b$", "maxLength": 2},
    {"type": "number", "exclusiveMinimum": -1},
    {"type": "number", "multipleOf": 2},
    {"anyOf": [{"const": "a"}, {"type": "object", "required": ["k"]}]},
    {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"k": {"type": "string"}}, "required": ["l"]}]},
    {"$ref": "#/$defs/closed"},
    {"type": "array", "items": {"enum": ["a", "b", 1]}, "minItems": 1},
    {"type": "array", "items": {"$ref": "#/$defs/closed"}, "maxItems": 2},
    {"type": "array", "prefixItems": [{"const": "b"}], "items": {"const": 1}},
    {"allOf": [{"properties": {"k": {"type": "string"}}}], "unevaluatedProperties": False},
    {},
    False,
)
CLOSED = {"type": "object", "properties": {"k": {"type": "integer"}}, "additionalProperties": False}


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    fields = st.sampled_from(FIELDS)
    return {
        "type": "object",
        "$defs": {"closed": CLOSED},
        "properties": draw(st.dictionaries(st.sampled_from(["x", "y"]), fields)),
        "required": draw(st.lists(st.sampled_from(["x", "y"]), unique=True)),
        "additionalProperties": draw(st.booleans()),
    }


@examples(100)
@given(universe.patterns(), schemas())
def test_an_example_holds_before_another_validator_and_nothing_is_denied_that_is_there(pattern: Pattern, schema: Any):
    found = satisfiable_by(pattern, schema)

    valid = jsonschema.Draft202012Validator(schema)
    if isinstance(found, Satisfiable):
        assert pattern.matches(found.event)
        assert valid.is_valid(found.event)
    else:
        there = (e for e in (*universe.events(), *universe.events_with_arrays()) if pattern.matches(e))
        assert isinstance(found, Unsatisfiable)
        assert not any(map(valid.is_valid, there))

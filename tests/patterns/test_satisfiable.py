"""Whether an event that a schema allows can match a pattern: an example of one, or why there is none."""

import sys
from subprocess import run
from typing import Any

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from bus.patterns import compile_pattern
from bus.patterns.reasoning import (
    Satisfiable,
    Undecided,
    UnresolvedReferenceError,
    Unsatisfiable,
    satisfiable_by,
)
from schemas.registry import ROOT, contract_for

MONEY = {
    "$id": "https://shop.example/types/Money.json",
    "type": "object",
    "additionalProperties": False,
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0, "examples": [1299]},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]},
    },
}
ORDER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://shop.example/orders/event.json",
    "type": "object",
    "required": ["source", "detail-type", "detail"],
    "properties": {
        "source": {"const": "shop.orders"},
        "detail-type": {"enum": ["OrderPlaced", "OrderPaid"]},
        "detail": {"$ref": "#/$defs/Order"},
    },
    "$defs": {
        "Order": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "placed_at", "lines"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "placed_at": {"type": "string", "format": "date-time"},
                "email": {"type": "string", "format": "email", "maxLength": 30},
                "note": {"type": ["string", "null"]},
                "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Line"}},
                "refund": {"anyOf": [{"$ref": "../types/Money.json"}, {"type": "null"}]},
            },
        },
        "Line": {
            "type": "object",
            "unevaluatedProperties": False,
            "allOf": [{"properties": {"name": {"type": "string", "minLength": 1}}}],
            "required": ["name", "quantity"],
            "properties": {"quantity": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5}},
            "patternProperties": {"^x-": {"type": "boolean"}},
        },
    },
}


def resolve(uri: str) -> Any:
    return {MONEY["$id"]: MONEY}[uri]


def judge(schema: Any) -> jsonschema.Draft202012Validator:
    """Another validator than the one that the examples were made with."""
    registry: Any = Registry().with_resource(MONEY["$id"], DRAFT202012.create_resource(MONEY))
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, registry=registry, format_checker=formats)


POSSIBLE: list[Any] = [
    {"source": ["shop.orders"]},
    {"source": [{"prefix": "shop."}], "detail-type": [{"anything-but": "OrderPlaced"}]},
    {"detail": {"id": [{"suffix": "ABC"}]}},
    {"detail": {"placed_at": [{"prefix": "2026-12-2"}]}},
    {"detail": {"email": [{"wildcard": "Jo.*@*.org"}]}},
    {"detail": {"note": [None]}},
    {"detail": {"note": [{"exists": False}], "refund": [{"exists": False}]}},
    {"detail": {"lines": {"name": ["Milk"], "quantity": [{"numeric": [">", 1, "<", 2]}]}}},
    {"detail": {"lines": {"x-gift": [True], "quantity": [{"anything-but": [0.5, 1]}]}}},
    {"detail": {"refund": {"amount": [{"numeric": [">", 5000]}], "currency": [{"anything-but": "USD"}]}}},
    {"detail": {"refund": [None]}},
    {"detail": {"$or": [{"total": [1]}, {"lines": {"name": [{"exists": True}]}}]}},
]

# The one reason why nothing matches.
IMPOSSIBLE: list[tuple[Any, str]] = [
    (
        {"source": ["shop.order"]},
        'source: the pattern wants "shop.order", but the schema allows "shop.orders" only',
    ),
    (
        {"detail-type": [{"prefix": "Invoice"}]},
        (
            'detail-type: the pattern wants text that begins with "Invoice", '
            'but the schema allows "OrderPlaced" or "OrderPaid" only'
        ),
    ),
    (
        {"detail": {"total": [{"numeric": [">", 5]}]}},
        "detail.total: the pattern wants a number above 5, but the schema has no such field",
    ),
    (
        {"detail": {"id": [{"exists": False}]}},
        'detail.id: the pattern wants no value, but the schema allows text of the format "uuid" only',
    ),
    (
        {"detail": {"id": [{"prefix": "order-"}]}},
        (
            'detail.id: the pattern wants text that begins with "order-", '
            'but the schema allows text of the format "uuid" only'
        ),
    ),
    (
        {"detail": {"placed_at": [{"prefix": "2026-13"}]}},
        (
            'detail.placed_at: the pattern wants text that begins with "2026-13", '
            'but the schema allows text of the format "date-time" only'
        ),
    ),
    (
        {"detail": {"refund": {"currency": ["usd"]}}},
        'detail.refund.currency: the pattern wants "usd", but the schema allows text that matches "^[A-Z]{3}$" only',
    ),
    (
        {"detail": {"refund": {"amount": ["12"]}}},
        'detail.refund.amount: the pattern wants "12", but the schema allows an integer of at least 0 only',
    ),
    (
        {"detail": {"lines": {"quantity": [{"numeric": [">", 1, "<", 1.5]}]}}},
        (
            "detail.lines.quantity: the pattern wants a number above 1 and below 1.5, "
            "but the schema allows a number above 0 and that is a multiple of 0.5 only"
        ),
    ),
    (
        {"detail": {"lines": {"price": [1]}}},
        "detail.lines.price: the pattern wants 1, but the schema has no such field",
    ),
    (
        {"detail": {"note": {"text": ["x"]}}},
        'detail.note: the pattern wants an object with "text", but the schema allows text or null only',
    ),
]


@pytest.mark.parametrize("pattern", POSSIBLE)
def test_an_example_is_valid_and_matches(pattern: Any):
    compiled = compile_pattern(pattern)

    found = satisfiable_by(compiled, ORDER, resolve)

    assert isinstance(found, Satisfiable)
    assert compiled.matches(found.event)
    judge(ORDER).validate(found.event)


@pytest.mark.parametrize(("pattern", "reason"), IMPOSSIBLE)
def test_the_reason_says_where_what_is_wanted_and_what_is_allowed(pattern: Any, reason: str):
    assert satisfiable_by(compile_pattern(pattern), ORDER, resolve) == Unsatisfiable((reason,))


def test_each_alternative_has_its_own_reason():
    pattern = compile_pattern({"$or": [{"source": ["x"]}, {"detail-type": ["OrderLost"]}]})

    found = satisfiable_by(pattern, ORDER, resolve)

    assert isinstance(found, Unsatisfiable)
    assert [reason.partition(": the")[0] for reason in found.reasons] == [
        "alternative 1 of the pattern's $or: source",
        "alternative 2 of the pattern's $or: detail-type",
    ]


@pytest.mark.parametrize("detail_type", sorted(path.stem for path in ROOT.glob("*/*.v*.json")))
def test_every_contract_of_this_repository_has_an_event(detail_type: str):
    contract = contract_for(detail_type)
    schema = {
        "required": ["source", "detail-type", "detail"],
        "properties": {
            "source": {"const": contract.source},
            "detail-type": {"const": contract.detail_type},
            "detail": contract.schema,
        },
    }
    pattern = compile_pattern({"source": [{"prefix": "omnibus."}], "detail": {"unheard-of": [{"exists": False}]}})

    found = satisfiable_by(pattern, schema)

    assert isinstance(found, Satisfiable)
    judge(schema).validate(found.event)


def test_two_fields_of_one_element_are_found_in_one_element():
    kinds = [{"properties": {"k": {"const": kind}, "n": {"const": n}}} for kind, n in (("a", 1), ("b", 2))]
    schema = {"properties": {"x": {"type": "array", "items": {"type": "object", "oneOf": kinds}}}}

    together = satisfiable_by(compile_pattern({"x": {"k": ["b"], "n": [2]}}), schema)
    crossed = satisfiable_by(compile_pattern({"x": {"k": ["b"], "n": [1]}}), schema)

    assert together == Satisfiable({"x": [{"k": "b", "n": 2}]})
    assert isinstance(crossed, Unsatisfiable)


def test_a_text_that_only_looks_like_a_date_to_some_validator_is_none():
    schema = {"properties": {"x": {"type": "string", "format": "date"}}}

    assert isinstance(satisfiable_by(compile_pattern({"x": ["20+6-03-14"]}), schema), Unsatisfiable)
    assert isinstance(satisfiable_by(compile_pattern({"x": ["2026-02-30"]}), schema), Unsatisfiable)
    assert satisfiable_by(compile_pattern({"x": ["2024-02-29"]}), schema) == Satisfiable({"x": "2024-02-29"})


def test_the_schema_may_list_whole_events():
    schema = {"enum": [{"x": "a", "y": [1, 2]}, {"x": "b"}, ["x"]]}

    assert satisfiable_by(compile_pattern({"y": [2]}), schema) == Satisfiable({"x": "a", "y": [1, 2]})
    assert isinstance(satisfiable_by(compile_pattern({"x": ["b"], "y": [2]}), schema), Unsatisfiable)


def test_a_registry_resolves_references_as_a_function_does():
    registry: Any = Registry().with_resource(MONEY["$id"], DRAFT202012.create_resource(MONEY))
    pattern = compile_pattern({"detail": {"refund": {"currency": ["EUR"]}}})

    assert satisfiable_by(pattern, ORDER, registry) == satisfiable_by(pattern, ORDER, resolve)


def test_a_reference_that_leads_nowhere_is_named():
    schema = {"properties": {"x": {"$ref": "https://shop.example/nowhere.json"}}}

    with pytest.raises(UnresolvedReferenceError, match=r"nowhere\.json.*pass `resolve`"):
        satisfiable_by(compile_pattern({"x": [1]}), schema)


def test_a_schema_that_is_none_is_refused():
    with pytest.raises(ValueError, match="strin"):
        satisfiable_by(compile_pattern({"x": [1]}), {"properties": {"x": {"type": "strin"}}})


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ({"not": {"const": "a"}}, "not"),
        ({"type": "string", "pattern": "^(?!a)"}, "pattern"),
        ({"if": {"type": "string"}, "then": {"minLength": 2}}, "if"),
    ],
)
def test_a_keyword_that_stands_in_the_way_and_cannot_be_reasoned_about_is_named(field: Any, named: str):
    found = satisfiable_by(compile_pattern({"x": [{"prefix": "a"}]}), {"properties": {"x": field}})

    assert isinstance(found, Undecided)
    assert named in found.reasons[0]


def test_such_a_keyword_does_not_keep_other_fields_from_being_judged():
    schema = {"properties": {"x": {"not": {"const": "b"}}, "y": {"const": 1}}}

    assert satisfiable_by(compile_pattern({"x": ["a"]}), schema) == Satisfiable({"x": "a"})
    assert isinstance(satisfiable_by(compile_pattern({"x": ["b"], "y": [2]}), schema), Unsatisfiable)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"x": {"type": "string", "minLength": 50_000}}},
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"required": ["x"], "properties": {"x": {"$ref": "#/$defs/a"}}}}},
        {"allOf": [{"anyOf": [{"type": "object"}, {"minProperties": n}]} for n in range(40)], "required": ["y"]},
    ],
)
def test_a_schema_without_end_or_of_too_many_cases_gets_an_answer_all_the_same(schema: Any):
    pattern = compile_pattern({"x": [{"suffix": "z"}], "y": [{"exists": False}]})

    assert isinstance(satisfiable_by(pattern, schema), Satisfiable | Unsatisfiable | Undecided)


def test_matching_patterns_needs_no_validator():
    code = "import sys, bus.patterns; print([each for each in ('jsonschema_rs', 'referencing') if each in sys.modules])"

    printed = run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603 - this very Python

    assert printed.strip() == "[]"

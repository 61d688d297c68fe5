"""The services that read only a part of the language, or read it otherwise."""

from typing import Any

import pytest

from bus.patterns import (
    EVENT_SOURCE_MAPPING,
    EVENTS_V2_DATA,
    EVENTS_V2_METADATA,
    PIPES,
    SNS_ATTRIBUTES,
    SNS_BODY,
    Dialect,
    InvalidEventError,
    InvalidPatternError,
    compile_pattern,
    filterable,
)


@pytest.mark.parametrize(
    ("dialect", "expression"),
    [
        # EventBridge user guide, "Comparison operators for use in event patterns", the pipes column
        (PIPES, {"wildcard": "a*"}),
        (PIPES, {"anything-but": {"prefix": "a"}}),
        # Lambda developer guide, "Filter rule syntax"
        (EVENT_SOURCE_MAPPING, {"cidr": "10.0.0.0/8"}),
        (EVENT_SOURCE_MAPPING, {"prefix": {"equals-ignore-case": "a"}}),
        # SNS developer guide, "String value matching"
        (SNS_BODY, {"anything-but": {"equals-ignore-case": "a"}}),
        (SNS_BODY, {"numeric": ["<", 2e9]}),
    ],
)
def test_a_dialect_refuses_what_its_service_does_not_read(dialect: Dialect, expression: dict[str, Any]):
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern({"field": [expression]}, dialect)

    assert str(refused.value).startswith(dialect.prefix)


@pytest.mark.parametrize(
    "expression", [{"prefix": "a"}, {"exists": True}, {"exactly": "a"}, {"anything-but": "a"}, {"numeric": ["=", 1]}]
)
def test_a_filter_over_metadata_has_exact_values_only(expression: dict[str, Any]):
    assert compile_pattern({"field": ["a", 1, None]}, EVENTS_V2_METADATA).matches({"field": 1})
    with pytest.raises(InvalidPatternError, match="Unrecognized match type"):
        compile_pattern({"field": [expression]}, EVENTS_V2_METADATA)


def test_a_filter_over_data_has_all_but_wildcards():
    compile_pattern({"field": [{"anything-but": {"suffix": "a"}}, {"cidr": "10.0.0.0/8"}]}, EVENTS_V2_DATA)
    for expression in ({"wildcard": "a*"}, {"anything-but": {"wildcard": "a*"}}):
        with pytest.raises(InvalidPatternError):
            compile_pattern({"field": [expression]}, EVENTS_V2_DATA)


# SNS developer guide, "String value matching", "Numeric value matching", "Key matching".
ATTRIBUTES = filterable(
    {
        "store": {"DataType": "String", "StringValue": "fans"},
        "price": {"DataType": "Number", "StringValue": "210.75"},
        "interests": {"DataType": "String.Array", "StringValue": '["rugby", "baseball", null, 3]'},
        "empty": {"DataType": "String", "StringValue": ""},
        "picture": {"DataType": "Binary", "BinaryValue": b"\x00"},
    }
)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"store": ["fans"]}, True),
        ({"price": [210.75]}, True),
        ({"price": [{"numeric": [">", 200, "<", 300]}]}, True),
        ({"price": ["210.75"]}, False),
        ({"interests": ["rugby"]}, True),
        ({"interests": [{"anything-but": ["rugby", "tennis"]}]}, True),
        ({"interests": [3]}, True),
        ({"store": [{"exists": True}]}, True),
        ({"empty": [{"exists": True}]}, False),
        ({"picture": [{"exists": True}]}, False),
        ({"nowhere": [{"exists": False}]}, True),
        ({"store": [{"exists": False}]}, False),
    ],
)
def test_message_attributes_are_compared_by_their_types(policy: dict[str, Any], expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern(policy, SNS_ATTRIBUTES).matches(ATTRIBUTES) is expected


def test_a_message_without_attributes_matches_no_policy_over_them():
    policy = compile_pattern({"store": [{"exists": False}]}, SNS_ATTRIBUTES)

    assert not policy.matches({})


def attribute(kind: str, text: str) -> dict[str, Any]:
    return filterable({"k": {"DataType": kind, "StringValue": text}})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("-7.50", -7.5),
        ("007", 7),
        ("+7", 7),
        (".5", 0.5),
        ("7.", 7),
        ("1E3", 1000),
        ("9007199254740993", 9007199254740993),
        ("0" * 5000 + "7", 7),
    ],
)
def test_a_number_attribute_is_read_as_a_number(text: str, number: float):
    assert attribute("Number", text) == attribute("Number.int", text) == {"k": number}


@pytest.mark.parametrize(
    "text",
    ["", "x", "[1]", '"t"', "true", "NaN", "Infinity", "1e999", "9" * 5000, "1_0", " 7", "\u0667", "0x7", "7e", "."],
)
def test_a_number_attribute_that_is_no_number_is_not_seen(text: str):
    assert attribute("Number", text) == {}


@pytest.mark.parametrize("text", ["", "x", "{}", "7", "[NaN]", "[" * 100_000, f"[{'9' * 5000}]"])
def test_an_array_attribute_that_is_no_array_is_not_seen(text: str):
    assert attribute("String.Array", text) == {}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "DataType"),
        ({"DataType": 5, "StringValue": "7"}, "DataType"),
        ({"DataType": "Number"}, "StringValue"),
        ({"DataType": "String", "StringValue": 5}, "StringValue"),
        ({"DataType": "String.Array", "StringValue": ["a"]}, "StringValue"),
        ("text", "DataType"),
    ],
)
def test_what_is_no_message_attribute_is_no_event(given: Any, missing: str):
    with pytest.raises(InvalidEventError) as refused:
        filterable({"k": given})

    assert str(refused.value) == f'The event is not message attributes: "k" has no {missing} that is text'

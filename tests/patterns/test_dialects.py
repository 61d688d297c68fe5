"""The services that read only a part of the language, or read it otherwise."""

from typing import Any

import pytest

from bus.patterns import (
    EVENT_SOURCE_MAPPING,
    PIPES,
    SNS_ATTRIBUTES,
    SNS_BODY,
    Dialect,
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


def test_a_policy_over_attributes_cannot_nest():
    with pytest.raises(InvalidPatternError, match="does not support nested filter policy"):
        compile_pattern({"a": {"b": ["c"]}}, SNS_ATTRIBUTES)


def test_a_filter_policy_has_at_most_five_keys_and_150_combinations():
    with pytest.raises(InvalidPatternError, match="more than 5 keys"):
        compile_pattern({f"key{each}": ["a"] for each in range(6)}, SNS_BODY)
    with pytest.raises(InvalidPatternError, match="too complex"):
        compile_pattern({"a": list("abcdefghijklm"), "b": list("abcdefghijklm")}, SNS_BODY)


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

"""How large a pattern may be. What AWS says of most of this is not known; of SNS, it is."""

from dataclasses import replace
from typing import Any

import pytest

from bus.patterns import RULES, SNS_ATTRIBUTES, SNS_BODY, Dialect, InvalidPatternError, compile_pattern


# EventBridge user guide, "Amazon EventBridge quotas"; the API's model.
def test_a_rule_has_at_most_4096_characters_and_an_account_may_have_less():
    text = '{"a": ["' + "x" * 4085 + '"]}'
    quota = replace(RULES, max_length=2048)

    compile_pattern(text)
    assert "longer than 4096 characters" in reason_of(text.replace("x", "xx", 1))
    assert "longer than 2048 characters" in reason_of(text, quota)


def test_a_pattern_may_nest_200_levels():
    deepest = '{"a":' * 199 + "[1]" + "}" * 199
    parsed: Any = [1]
    for _ in range(199):
        parsed = {"a": parsed}

    assert len(compile_pattern(deepest).branches[0]) == 1
    assert len(compile_pattern(parsed).branches[0]) == 1
    assert "deeper than 200 levels" in reason_of('{"a":' + deepest + "}")
    assert "deeper than 200 levels" in reason_of({"a": parsed})


def test_brackets_in_texts_are_no_levels():
    compile_pattern('{"a": ["' + "[{" * 500 + '\\"[["]}')


def test_a_pattern_that_contains_itself_is_refused():
    pattern: dict[str, Any] = {}
    pattern["a"] = pattern

    assert "deeper than 200 levels" in reason_of(pattern)


# The operators page, "Or matching".
def test_alternatives_multiply_up_to_a_thousand():
    ten = [{f"field{each}": [1]} for each in range(10)]
    nest = {"a": {"$or": ten}, "b": {"$or": ten}, "c": {"$or": ten}}

    assert len(compile_pattern(nest).branches) == 1000
    assert "more than 1000 combinations" in reason_of({**nest, "d": {"$or": ten}})


# SNS developer guide, "Filter policy constraints".
@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({f"key{each}": ["a"] for each in range(6)}, "FilterPolicy: Filter policy can not have more than 5 keys"),
        ({"a": {"b": ["x"] * 75}}, None),
        ({"a": {"b": ["x"] * 76}}, "FilterPolicy: Filter policy is too complex"),
        ({"a": list("abcde"), "b": list("abcde"), "c": list("abcdef")}, None),
        ({"a": list("abcde"), "b": list("abcdefg"), "c": list("abcde")}, "FilterPolicy: Filter policy is too complex"),
        ({"$or": [{"a": ["x"] * 75}, {"b": ["x"] * 75}]}, None),
        ({"$or": [{"a": ["x"] * 75}, {"b": ["x"] * 76}]}, "FilterPolicy: Filter policy is too complex"),
        ({"a": ["10.0.0.1"] * 150}, None),
        ({"a": [{"wildcard": "*a*b*"}]}, None),
        ({"a": [{"wildcard": "*a*b*c*"}]}, "FilterPolicy: A wildcard pattern can not have more than 3 wildcards"),
    ],
)
def test_a_filter_policy_has_at_most_five_keys_and_150_combinations(policy: dict[str, Any], reason: str | None):
    if reason is None:
        compile_pattern(policy, SNS_BODY)
    else:
        with pytest.raises(InvalidPatternError) as refused:
            compile_pattern(policy, SNS_BODY)
        assert str(refused.value) == f"Invalid parameter: {reason}"


def test_a_policy_over_attributes_cannot_nest():
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern({"a": {"b": ["c"]}}, SNS_ATTRIBUTES)

    expected = "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"
    assert str(refused.value) == expected


def reason_of(pattern: Any, dialect: Dialect = RULES) -> str:
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern(pattern, dialect)
    return refused.value.reason

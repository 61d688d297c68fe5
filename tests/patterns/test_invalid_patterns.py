"""What AWS refuses, with its reason (the texts are those of its open engine, event-ruler)."""

import pytest

from bus.patterns import InvalidPatternError, compile_pattern

PREFIX = "Event pattern is not valid. Reason: "


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ('["a"]', "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ('{"a": {}}', "Empty objects are not allowed"),
        ('{"a": []}', "Empty arrays are not allowed"),
        ('{"a": "b"}', '"a" must be an object or an array'),
        ('{"a": [["b"]]}', "Match value must be String, number, true, false, or null"),
        ('{"a": [{}]}', "Match expression name not found"),
        ('{"a": [{"like": "b"}]}', "Unrecognized match type like"),
        ('{"a": [{"prefix": "b", "suffix": "c"}]}', "Only one key allowed in match expression"),
        ('{"a": [{"suffix": ["b"]}]}', "suffix match pattern must be a string"),
        ('{"a": [{"prefix": {"wildcard": "b"}}]}', "Unsupported prefix pattern: wildcard"),
        ('{"a": [{"exists": "true"}]}', "exists match pattern must be either true or false."),
        ('{"a": [{"wildcard": "a**b"}]}', "Consecutive wildcard characters at pos 2"),
        ('{"a": [{"wildcard": "a\\\\b"}]}', "Invalid escape character at pos 2"),
        ('{"a": [{"numeric": 5}]}', "Value of numeric must be an array."),
        ('{"a": [{"numeric": ["<", "5"]}]}', "Value of < must be numeric"),
        ('{"a": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !"),
        ('{"a": [{"numeric": [">", 5, ">", 6]}]}', "Bad numeric range operator: >"),
        ('{"a": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"),
        ('{"a": [{"numeric": ["<", 5, ">", 1]}]}', "Too many elements in numeric expression"),
        ('{"a": [{"numeric": ["=", 6e9]}]}', "Value must be between -5.0E9 and 5.0E9, inclusive"),
        ('{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"),
        ('{"a": [{"cidr": "10.0.0/8"}]}', "Nonstandard IP address: 10.0.0"),
        ('{"a": [{"anything-but": true}]}', "Value of anything-but must be an array or single string/number value."),
        (
            '{"a": [{"anything-but": ["x", 1]}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        ('{"a": [{"anything-but": {"numeric": ["=", 1]}}]}', "Unsupported anything-but pattern: numeric"),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
        ('{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship."),
        ('{"$or": {"a": [1]}}', "It must be an Array followed with $or."),
        ('{"$or": ["a", "b"]}', "Only JSON object is allowed in array of $or relationship."),
        (
            '{"$or": [{"prefix": ["a"]}, {"b": [1]}]}',
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
    ],
)
def test_an_invalid_pattern_is_refused_with_the_reason_of_aws(pattern: str, reason: str):
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern(pattern)

    assert str(refused.value) == PREFIX + reason


def test_a_pattern_that_is_not_json_is_refused():
    with pytest.raises(InvalidPatternError, match="Not valid JSON"):
        compile_pattern('{"a": [1')


def test_alternatives_multiply_up_to_a_thousand():
    ten = [{f"field{each}": [1]} for each in range(10)]
    nest = {"a": {"$or": ten}, "b": {"$or": ten}, "c": {"$or": ten}}

    compile_pattern(nest)
    with pytest.raises(InvalidPatternError, match="more than 1000 combinations"):
        compile_pattern({**nest, "d": {"$or": ten}})


def test_a_pattern_nested_beyond_all_reason_is_refused():
    with pytest.raises(InvalidPatternError, match="nested too deeply"):
        compile_pattern('{"a":' * 650 + "[1]" + "}" * 650)

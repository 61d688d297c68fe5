"""What is refused, whatever it is: a pattern, or an InvalidPatternError, and nothing else."""

import json
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from bus.patterns import RULES, SNS_BODY, Dialect, InvalidPatternError, compile_pattern

PREFIX = "Event pattern is not valid. Reason: "
VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


# The four of EventBridge's TestEventPattern that are known; the others are the words of Jackson, its reader.
@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("this is valid json but not a dict", f"Unrecognized token 'this': was expecting {VALUES}", 5),
        (
            "{'size': 'large'}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
            2,
        ),
        ('{"not": closed mark"', f"Unrecognized token 'closed': was expecting {VALUES}", 15),
        ('["not", "a", "dict"]', "Filter is not an object", 2),
        ('{"a": [1,]}', f"Unexpected character (']' (code 93)): expected a valid value {VALUES}", 10),
        ('{"a": [1],}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 11),
        ('{"a": [1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 10),
        (
            '{"a" [1]}',
            "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value",
            6,
        ),
        ('{"a": }', "Unexpected character ('}' (code 125)): expected a value", 7),
        ('{"a": [01]}', "Invalid numeric value: Leading zeroes not allowed", 9),
        (
            '{"a": [1.]}',
            "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit",
            9,
        ),
        (
            '{"a": [NaN]}',
            "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
            11,
        ),
        ('{"a": ["\\x"]}', "Unrecognized character escape 'x' (code 120)", 10),
        (
            '{"a": ["\\u12g4"]}',
            "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
            13,
        ),
        ('{"a": ["', "Unexpected end-of-input: was expecting closing quote for a string value", 9),
        ('{"a": [1,', "Unexpected end-of-input within/between Array entries", 10),
        ('{"a": [1]} {"b"', "Filter must be a single JSON object; found content after it", 13),
        ('{"a": [1]} x', f"Unrecognized token 'x': was expecting {VALUES}", 13),
    ],
)
def test_what_is_no_json_is_refused_in_the_words_of_aws_reader(text: str, reason: str, column: int):
    refused = refusal_of(text)

    assert str(refused) == f'{PREFIX}{reason}\n at [Source: (String)"{text}"; line: 1, column: {column}]'


def test_an_array_that_does_not_end_is_told_from_where_it_began():
    text = '{"a": [1'
    began = f'[Source: (String)"{text}"; line: 1, column: 7]'

    refused = refusal_of(text)

    assert refused.reason == f"Unexpected end-of-input: expected close marker for Array (start marker at {began})"
    assert refused.column == 9


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 5, "b": nothing', '"a" must be an object or an array'),
        ('{"a": [{"prefix": "x', "was expecting closing quote"),
        ('{"a": [{"prefix": 5, "x', "prefix match pattern must be a string"),
        ('{"a": [{"cidr": "x"}, 01]}', "Malformed CIDR, one '/' required"),
        ('{"a": "x', '"a" must be an object or an array'),
        ('{"a": [{"numeric": [">"', "expected close marker"),
        ('{"a": ["x"], "b": [', "expected close marker"),
    ],
)
def test_aws_reads_on_the_way_so_the_first_fault_counts_whichever_it_is(text: str, reason: str):
    assert reason in refusal_of(text).reason


# EventBridge user guide, "IP address matching".
@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ("bad-filter", "Malformed CIDR, one '/' required"),
        ("10.0.0.0/8/8", "Malformed CIDR, one '/' required"),
        ("", "Malformed CIDR, one '/' required"),
        ("bad-/64filter", "Malformed CIDR, mask bits must be an integer"),
        ("10.0.0/" + "9" * 5000, "Malformed CIDR, mask bits must be an integer"),
        ("10.0.0.0/-1", "Malformed CIDR, mask bits must not be negative"),
        ("xx.11.xx/8", "Nonstandard IP address: xx.11.xx"),
        ("xxxx:db8:1234:1a00::/64", "Nonstandard IP address: xxxx:db8:1234:1a00::"),
        ("::ffff:10.0.0.0/64", "Nonstandard IP address: ::ffff:10.0.0.0"),
        ("10.0.0.256/8", "Invalid IP address: 10.0.0.256"),
        ("12:34/8", "Invalid IP address: 12:34"),
        ("10.0.0.1/32", "IPv4 mask bits must be < 32"),
        ("::ffff:a00:1/32", "IPv4 mask bits must be < 32"),
        ("2001:db8::1/128", "IPv6 mask bits must be < 128"),
    ],
)
def test_a_cidr_is_checked_in_the_order_of_aws(network: str, reason: str):
    assert str(refusal_of({"address": [{"cidr": network}]})) == PREFIX + reason


# The same, "Matching using wildcards". AWS counts bytes, from the quotation mark before the text.
@pytest.mark.parametrize(
    ("wildcard", "reason"),
    [
        ("a**b", "Consecutive wildcard characters at pos 2"),
        ("***", "Consecutive wildcard characters at pos 1"),
        ("é😀**", "Consecutive wildcard characters at pos 7"),
        ("\ud800**", "Consecutive wildcard characters at pos 2"),
        ("a\\b**", "Invalid escape character at pos 2"),
        ("a\\", "Invalid escape character at pos 2"),
        ("\\\\\\", "Invalid escape character at pos 3"),
    ],
)
def test_a_wildcard_that_is_none_is_refused(wildcard: str, reason: str):
    assert refusal_of({"a": [{"wildcard": wildcard}]}).reason == reason


class Size(StrEnum):
    """A text that is more than one."""

    LARGE = "large"


def test_a_parsed_pattern_may_be_made_of_what_stands_for_json():
    pattern = compile_pattern(MappingProxyType({Size.LARGE: (Size.LARGE, {"prefix": "x"})}))

    assert pattern.matches({"large": "large"})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ({1: ["x"]}, "Not valid JSON: a pattern cannot hold a int here"),
        ({"a": {"x"}}, "Not valid JSON: a pattern cannot hold a set here"),
        ({"a": [b"x"]}, "Not valid JSON: a pattern cannot hold a bytes here"),
        ({"a": [float("nan")]}, "Non-standard token 'NaN'"),
        ({"a": [float("-inf")]}, "Non-standard token '-Infinity'"),
        ({"a": [10**5000]}, "more than 4,300 digits"),
        ({"a": [{"numeric": [10**5000]}]}, "more than 4,300 digits"),
        (["a"], "Filter is not an object"),
        (None, "Filter is not an object"),
    ],
)
def test_a_parsed_pattern_that_is_no_json_is_refused(pattern: Any, reason: str):
    assert refusal_of(pattern).reason.startswith(reason) or reason in refusal_of(pattern).reason


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [' + "1" * 5000 + "]}",
        '{"a": [{"numeric": [' + "1" * 5000 + "]}]}",
        '{"a":' * 100_000,
        "[" * 100_000,
        "\ufeff{}",
        "\x00",
        "\ud800",
        '{"\ud800": 5}',
    ],
    ids=range(8),
)
@pytest.mark.parametrize("dialect", [RULES, SNS_BODY], ids=lambda dialect: dialect.name)
def test_no_text_makes_anything_but_an_invalid_pattern(text: str, dialect: Dialect):
    assert refusal_of(text, dialect).reason


def test_what_json_can_say_and_hardly_anybody_does_is_a_pattern():
    for text in ('{"a": ["\\ud800"]}', '{"": {"": [1e999, -0, "\\u0000"]}}', '{"a": [1E-325]}'):
        assert compile_pattern(text).branches
        assert compile_pattern(json.loads(text) if "999" not in text else text).branches


def refusal_of(pattern: Any, dialect: Dialect = RULES) -> InvalidPatternError:
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern(pattern, dialect)
    return refused.value

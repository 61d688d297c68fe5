"""What JSON allows and nobody expects: there is an answer, or an error that is documented."""

import json
import math
from typing import Any

import pytest

from bus.patterns import RULES, SNS_BODY, Dialect, InvalidPatternError, RuleSet, compile_pattern

ODD_VALUES = [
    10**400,
    -(10**400),
    1e308,
    5e-324,
    -0.0,
    math.inf,
    math.nan,
    "\ud800",
    "\udfff\ud800",
    "\x00",
    "a" * 100_000,
    ":" * 10_000,
    "1." * 5_000,
    [],
    [[[]]],
    [[], {}, [[None]]],
    {},
    {"": {"": ""}},
]
EXPRESSIONS: list[Any] = [
    "\ud800",
    "::1",
    1,
    None,
    {"prefix": "a"},
    {"suffix": {"equals-ignore-case": "ß"}},
    {"equals-ignore-case": "\ud800"},
    {"wildcard": "*\x00*"},
    {"numeric": [">", -1, "<=", 5e9]},
    {"cidr": "::/1"},
    {"exists": True},
    {"exists": False},
    {"anything-but": [1, 2]},
    {"anything-but": {"wildcard": "*a"}},
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=repr)
def test_every_value_is_accepted_or_not(expression: Any):
    pattern = compile_pattern({"a": [expression], "b": {"c": [expression]}})
    rules = RuleSet()
    rules.add("rule", pattern)

    for value in ODD_VALUES:
        event = {"a": value, "b": [{"c": value}, value]}
        assert (rules.match(event) == {"rule"}) is pattern.matches(event)


@pytest.mark.parametrize("key", ["", "\ud800", "\x00", "'", '"""', "\\", "\n", "{event}", "k" * 100_000, "$or ", "a.b"])
def test_every_key_leads_to_its_value(key: str):
    pattern = compile_pattern({key: {key: ["x"]}})

    assert pattern.matches({key: {key: "x"}})
    assert pattern.matches({key: [{key: ["x"]}]})
    assert not pattern.matches({key: {"": 1, "other": "x"}})


@pytest.mark.parametrize("dialect", [RULES, SNS_BODY], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff{}",
        '{"a": [NaN]}',
        '{"a": [-Infinity]}',
        '{"a": [01]}',
        '{"a": ["\\ud8"]}',
        '{"a": ["' + "\n" + '"]}',
        '{"a": [1]} {}',
        '{"a": [{"numeric": ["=", 1e999]}]}',
        '{"a": [{"cidr": "10.0.0.0/' + "9" * 4000 + '"}]}',
        '{"a": [{"cidr": "10.0.0.0/' + "9" * 9000 + '"}]}',
        '{"a": [{"numeric": ["<", ' + "9" * 3000 + "]}]}",
        '{"a": [{"numeric": ["<", ' + "9" * 9000 + "]}]}",
        "[" * 4000,
        '{"a":' * 800,
        '{"$or":[' * 500,
        '{"a": [{"prefix":' * 200,
    ],
    ids=lambda text: text[:30],
)
def test_a_text_that_is_no_pattern_is_refused(text: str, dialect: Dialect):
    with pytest.raises(InvalidPatternError):
        compile_pattern(text, dialect)


@pytest.mark.parametrize("depth", [45, 60, 150, 300, 600])
@pytest.mark.parametrize("leaf", ['["x"]', '[{"exists": false}, "x"]'])
def test_a_deep_pattern_is_refused_or_matches_whatever_lies_in_the_way(depth: int, leaf: str):
    try:
        pattern = compile_pattern('{"a":' * depth + leaf + "}" * depth)
    except InvalidPatternError:
        assert depth > 100  # shallow ones must pass
        return
    rules = RuleSet()
    rules.add("rule", pattern)

    for wrap in (lambda below: {"a": below}, lambda below: {"a": [below]}, lambda below: {"a": [[below], {}, "y"]}):
        event: Any = "x"
        for _ in range(depth):
            event = wrap(event)
        assert pattern.matches(event)
        assert rules.match(event) == {"rule"}
        assert not pattern.matches(wrap(wrap(event))) or "exists" in leaf


@pytest.mark.parametrize("depth", [100, 1000, 5000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_deep_event_is_matched_where_the_pattern_looks_and_refused_at_most(depth: int, opening: str, closing: str):
    rules = RuleSet()
    rules.add("beside", compile_pattern({"b": ["x"]}))
    rules.add("above", compile_pattern({"a": {"b": [{"exists": False}]}}))
    text = '{"b": "x", "a": ' + opening * depth + closing * depth + "}"
    text = text.replace('{"a":}', '{"a":1}')

    try:
        found = rules.match_json(text.encode())
    except ValueError:
        assert depth > 500  # as above
        return

    assert found == {"beside", "above"}


def test_events_that_python_nests_are_matched_at_any_depth():
    deep: Any = {"b": 1}
    for _ in range(3000):
        deep = [deep]
    patterns = [
        {"a": ["x"]},
        {"a": {"b": [1]}},
        {"a": {"b": [1], "c": [{"exists": False}]}},
        {"a": {"b": [{"exists": False}]}},
    ]

    assert [compile_pattern(pattern).matches({"a": deep}) for pattern in patterns] == [False, True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": "\n"}',
        b"\xef\xbb\xbf{}",
        b'{"a": 01}',
        b'{"a": 1}{}',
    ],
)
@pytest.mark.parametrize("pattern", [{"a": [1]}, {"b": [1]}])
def test_what_is_no_event_is_refused_whatever_the_rules_look_at(text: bytes, pattern: Any):
    rules = RuleSet()
    rules.add("rule", compile_pattern(pattern))

    with pytest.raises(ValueError):  # noqa: PT011 - any of them is documented
        rules.match_json(text)


@pytest.mark.parametrize(
    "value", ["1e400", "-1e999", "9" * 400, "1E-999", '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"']
)
def test_odd_json_is_read_as_json_loads_reads_it(value: str):
    rules = RuleSet()
    for name, expression in enumerate(EXPRESSIONS):
        rules.add(str(name), compile_pattern({"a": [expression]}))
    text = f'{{"a": {value}, "b": {value}, "c": [{value}]}}'

    assert rules.match_json(text.encode()) == rules.match(json.loads(text))

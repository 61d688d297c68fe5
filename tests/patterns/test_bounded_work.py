"""No pattern and no event makes a match run away: its work is bounded by pattern times event, counted, not timed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bus.patterns import RULES, Pattern, RuleSet, compile_pattern
from tests.patterns.work import AT_ANY_RATE, MOST_PER_PART, fields, parts, steps

ABSENT, THERE = [{"exists": False}], [{"exists": True}]
COMPILING = 500_000  # steps; the first match prepares what is matched
Case = Callable[[int], tuple[Any, Any]]


def _choices(number: int) -> tuple[Any, Any]:
    ten = [[{f"{name}{each}": ["x"]} for each in range(10)] for name in "abc"]
    pattern = {"p": {"$or": ten[0]}, "q": {"$or": ten[1]}, "r": {"$or": ten[2]}}
    return pattern, {part: {f"{name}{each}": "y" for name in "abc" for each in range(number)} for part in "pqr"}


def _stars(number: int) -> tuple[Any, Any]:
    return {"a": [{"wildcard": "a*a*a*a*b"}]}, {"a": "a" * number * 40}


def _absences_before_and_behind(number: int) -> tuple[Any, Any]:
    elements = [{"b": 1, "c": "x"}, {"c": "x", "z": [[1]]}, {"c": "y"}, {"d": {}}]
    return {"a": {"b": ABSENT, "c": ["x"], "z": ABSENT}}, {"a": elements * number * 25}


def _absence_in_one_of_many_arrays(number: int) -> tuple[Any, Any]:
    event = {f"k{each}": [{"x": 1}, {"x": 1, "y": 1}, {"x": 1}] for each in range(number)}
    pattern = {f"k{each}": {"x": [1], "y": ABSENT} for each in range(number)}
    return {**pattern, "z": {"x": ABSENT}}, {**event, "z": [{"x": 1}]}


def _absences_in_arrays_in_arrays(number: int) -> tuple[Any, Any]:
    inner = [{"c": 1, "d": [{"e": 1}] * 3} for _ in range(5)]
    return {"a": {"b": {"c": [1], "d": {"e": ABSENT}, "f": ABSENT}, "g": ABSENT}}, {
        "a": [{"b": inner, "g": 1}] * number
    }


def _choices_of_elements(number: int) -> tuple[Any, Any]:
    pattern = {"a": {"$or": [{"b": ["x"], f"c{each}": ["x"], "d": ABSENT} for each in range(20)]}}
    return pattern, {"a": [{"b": "x", "d": each} for each in range(number)]}


def _arrays_in_arrays(number: int) -> tuple[Any, Any]:
    return {"a": {"b": {"c": ["x"], "d": ["y"]}}}, {"a": [[{"b": [[{"c": "x"}, {"d": "y"}]]}]] * number}


def _deep_arrays(number: int) -> tuple[Any, Any]:
    event: Any = {"b": 1}
    for _ in range(number):
        event = [event, {"b": 1}, 1]
    return {"a": {"b": [2], "c": ABSENT}, "d": ABSENT}, {"a": event, "d": event}


def _alternatives(number: int) -> tuple[Any, Any]:
    alternatives = [{"anything-but": {"prefix": "a"}}, {"suffix": "z"}, {"numeric": ["<", 0]}, {"cidr": "10.0.0.0/8"}]
    return {"a": alternatives, "b": {"c": alternatives}}, {"a": ["a"] * number, "b": [{"c": [1, "a"]}] * number}


CASES: list[Case] = [
    _choices,
    _stars,
    _absences_before_and_behind,
    _absence_in_one_of_many_arrays,
    _absences_in_arrays_in_arrays,
    _choices_of_elements,
    _arrays_in_arrays,
    _deep_arrays,
    _alternatives,
]


def _set_of(*patterns: Pattern) -> RuleSet:
    rules = RuleSet()
    for number, pattern in enumerate(patterns):
        rules.add(f"rule {number}", pattern)
    return rules


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.removeprefix("_"))
@pytest.mark.parametrize("form", ["alone", "in a set", "as json"])
@pytest.mark.parametrize("number", [10, 100])
def test_a_match_takes_no_more_steps_than_fields_times_event(case: Case, form: str, number: int):
    pattern, event = case(number)
    compiled = compile_pattern(pattern)
    rules, text = _set_of(compiled), json.dumps(event).encode()
    match = {
        "alone": lambda: compiled.matches(event),
        "in a set": lambda: rules.match(event),
        "as json": lambda: rules.match_json(text),
    }[form]
    most = AT_ANY_RATE + MOST_PER_PART * parts(pattern, event)
    steps(match, COMPILING + most)

    assert steps(match, most)


@pytest.mark.parametrize("case", [case for case in CASES if case is not _choices], ids=lambda case: case.__name__)
def test_a_match_takes_twice_the_steps_for_twice_the_event(case: Case):
    (pattern, event), (larger_pattern, larger_event) = case(20), case(40)
    small, large = compile_pattern(pattern), compile_pattern(larger_pattern)
    small.matches(event)
    large.matches(larger_event)

    before = steps(lambda: small.matches(event), COMPILING)

    assert steps(lambda: large.matches(larger_event), 100 + before * 22 // 10)


def test_a_match_takes_no_more_steps_for_a_thousand_rules_that_it_cannot_satisfy():
    event = {"source": "shop", "detail": {"id": 1, "lines": [{"sku": "a"}]}}

    def taken(number: int, most: int) -> int:
        elsewhere = [{"source": [f"shop {each}"], "detail": {"id": [each + 2]}} for each in range(number)]
        elsewhere += [{"detail": {"lines": {"sku": [f"sku {each}"]}}} for each in range(number)]
        rules = _set_of(*map(compile_pattern, elsewhere))
        assert rules.match(event) == set()
        return steps(lambda: rules.match(event), most)

    assert taken(1000, most=100 + taken(20, most=5_000) * 3 // 2)


def test_reading_a_pattern_takes_no_more_steps_than_its_combinations_have_fields():
    pattern, _ = _choices(1)
    pattern |= {f"field {each}": ["x"] for each in range(150)}
    text = json.dumps(pattern)
    assert len(text) <= RULES.max_length

    assert steps(lambda: compile_pattern(text), AT_ANY_RATE + MOST_PER_PART * fields(pattern))

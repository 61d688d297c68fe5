"""Wildcards that are too hard to match: what AWS refuses, event-ruler's figures, and the definition word by word."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bus.patterns import RULES, InvalidPatternError, compile_pattern
from bus.patterns.complexity import complexity, is_too_complex
from bus.patterns.wildcard import wildcard

STACKS = ("Shared", "Bench", "Api", "Monitoring")
IMAGES = ("bif", "tif", "tiff", "svs")


# EventBridge user guide, "Wildcard matching complexity": it tells of the limit and not how high it is. These are rules
# that AWS is known to have taken or refused.
@pytest.mark.parametrize(
    ("wildcards", "expected"),
    [
        (["*:*:*:*:*:event-bus/*"], 11),
        ([f"*/datasync/*.{kind}" for kind in IMAGES], 16),
        ([f"*:stack/{name}Stack/*" for name in STACKS], 12),
        ([f"*:stack/{name}Stack/*" for name in STACKS[:3]], 9),
        ([f"*/datasync/*.{kind}" for kind in IMAGES[:2]], 8),
        ([f"*.{kind}" for kind in IMAGES], 8),
        (["/Users/*/dir/dir/dir/dir/dir/doc.txt"], 7),
        (["arn:aws:events:us-east-1:*:event-bus/*"], 3),
        (["/Users/*/doc.txt"], 2),
    ],
)
def test_aws_takes_rules_up_to_a_complexity_of_ten(wildcards: list[str], expected: int):
    assert measured(wildcards) == expected
    if expected > 10:
        with pytest.raises(InvalidPatternError, match="Rule is too complex"):
            compile_pattern({"key": [{"wildcard": each} for each in wildcards]})
    else:
        compile_pattern({"key": [{"wildcard": each} for each in wildcards]})


# event-ruler, MachineComplexityEvaluatorTest and its corpus; a text in quotation marks is one more than a bare one.
@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*"], 2),
        (["abc"], 1),
        (["*a" * 50 + "*"], 101),
        ([f"*{letter}x*" for letter in "abcd"], 12),
        (["*kiwi*", "*BASE_QuxB*", "*Delta*", "*a/example-lake-abc98765432*"], 12),
        ([["*kiwi*", "*BASE_QuxB*", "*Delta*", "*a/example-lake-abc98765432*"]], 7),
        (["a*"] * 4, 8),
    ],
)
def test_the_complexity_is_that_of_event_ruler(patterns: Sequence[Any], expected: int):
    assert measured(patterns) == expected


def test_the_complexity_is_the_most_places_that_any_value_leads_to():
    dice = Random(11)  # noqa: S311 - a test's dice

    for _ in range(400):
        patterns = [[made(dice) for _ in range(dice.choice((1, 1, 2)))] for _ in range(dice.randint(1, 3))]
        expected = most_places(patterns)
        assert measured(patterns) == expected, patterns
        assert [too_complex(patterns, limit) for limit in range(1, 16)] == [expected > limit for limit in range(1, 16)]


def test_each_field_has_its_own_complexity_and_equal_patterns_count_once():
    six = {"wildcard": "*a*a*"}

    compile_pattern({"one": [six, six, six], "other": [six], "more": {"one": [six]}})
    with pytest.raises(InvalidPatternError, match="too complex"):
        compile_pattern({"one": [six, {"wildcard": "*a*a*a"}]})


def test_alternatives_over_one_field_are_tried_together_where_all_before_it_is_the_same():
    one, other = [{"wildcard": "*a*a*"}], [{"wildcard": "*a*a*a"}]

    compile_pattern({"$or": [{"a": [1], "b": one}, {"a": [2], "b": other}]})
    with pytest.raises(InvalidPatternError, match="too complex"):
        compile_pattern({"$or": [{"a": [1], "b": one}, {"a": [1], "b": other}]})


def test_a_dialect_without_the_limit_takes_any():
    compile_pattern({"key": [{"wildcard": "*a" * 50}]}, replace(RULES, max_complexity=0))


def measured(patterns: Sequence[Any]) -> int:
    """A pattern is a text, or a list of them for those of one "anything-but"."""
    listed = [[each] if isinstance(each, str) else each for each in patterns]
    return complexity([[wildcard(text).pieces for text in texts] for texts in listed], 10**6)


def too_complex(patterns: list[list[str]], limit: int) -> bool:
    return is_too_complex([[wildcard(text).pieces for text in texts] for texts in patterns], limit)


def made(dice: Random) -> str:
    text = "".join(dice.choice('ab"*') for _ in range(dice.randint(0, 7)))
    return text.replace("**", "*").replace("**", "*")


def most_places(patterns: list[list[str]]) -> int:
    """The definition: all sets of places that values can lead to, by trying every byte after every value."""
    texts = [(owner, f'"{text}"') for owner, texts in enumerate(patterns) for text in texts]
    start = frozenset((owner, text, 0) for owner, text in texts)
    waiting, seen = [start], {start}
    while waiting:
        here = waiting.pop()
        for byte in 'ab"?':
            reached = frozenset(place for each in here for place in stepped(*each, byte))
            if reached not in seen:
                seen.add(reached)
                waiting.append(reached)
    return max(len({name(*place) for place in places}) for places in seen - {start})


def stepped(owner: int, text: str, at: int, byte: str) -> list[tuple[int, str, int]]:
    reached = [at] if at and text[at - 1] == "*" else []
    if text[at : at + 1] == byte:
        reached.append(at + 1)
        if text[at + 1 : at + 2] == "*":
            reached.append(at + 2)
    return [(owner, text, each) for each in reached]


def name(owner: int, text: str, at: int) -> tuple[Any, ...]:
    """What two texts of one pattern share has one name: their ends, and what goes before a first wildcard and it."""
    if at == len(text):
        return (owner, "end")
    first = text.find("*") if "*" in text else len(text)
    return (owner, text[:at]) if at <= first + 1 else (owner, text, at)

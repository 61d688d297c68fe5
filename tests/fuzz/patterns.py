"""Feeds bus.patterns what nobody would write: it must answer or refuse, agree with the reference, and never run away.

    python -m tests.fuzz.patterns -dict=tests/fuzz/patterns.dict -timeout=10 -max_total_time=60

Half of the inputs are JSON texts as they come, a pattern and an event with a NUL between; the other
half steer the generator of the property tests.
"""

import json
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["bus.patterns"], enable_loader_override=False):
    from bus.patterns import InvalidPatternError, Pattern, RuleSet, compile_pattern

from tests.patterns import reference
from tests.patterns.work import AT_ANY_RATE, MOST_PER_PART, parts, steps
from tests.patterns.writing import Writing

# What the reference matcher still answers at once: it tries every way to place a wildcard, and every element.
_SHORT, _FEW_STARS = 400, 5
_INSTRUMENTED = 4  # atheris' own calls, one at every turn of the code, are counted with the rest


def one_input(data: bytes) -> None:
    """Raises whatever is wrong."""
    if data[:1] < b"\x80":
        text, _, event = data[1:].partition(b"\0")
        check(text.decode(errors="surrogateescape"), event)
    else:
        provider = atheris.FuzzedDataProvider(data[1:])
        made = Writing(lambda sides: provider.ConsumeIntInRange(0, sides - 1))
        event = made.event()
        pattern = made.pattern(event)
        check(made.text(pattern, twice=False), made.text(event).encode())


def check(text: str, event_text: bytes) -> None:
    """Compile the pattern, match the event in every way that there is, and compare."""
    try:
        pattern = compile_pattern(text)
    except InvalidPatternError:
        return
    rules = RuleSet()
    rules.add("rule", pattern)
    try:
        found = rules.match_json(event_text)
    except ValueError:
        return
    event = json.loads(event_text)
    matched = pattern.matches(event)
    assert found == ({"rule"} if matched else set()), f"match_json and matches differ: {text!a} {event_text!a}"
    for again in (rules.match(event), rules.match(event), rules.match_json(event_text)):
        assert found == again, f"the set's first match and a later one differ: {text!a} {event_text!a}"
    _check_work(text, pattern, rules, event_text)
    if _comparable(text, event_text):
        expected = reference.matches(json.loads(text), event)
        assert matched is expected, f"the reference says {expected}: {text!a} {event_text!a}"


def _check_work(text: str, pattern: Pattern, rules: RuleSet, event_text: bytes) -> None:
    event = json.loads(event_text)
    most = _INSTRUMENTED * (AT_ANY_RATE + MOST_PER_PART * parts(json.loads(text), event_text))
    steps(lambda: pattern.matches(event), most)
    steps(lambda: rules.match_json(event_text), most)


def _comparable(text: str, event_text: bytes) -> bool:
    """Whether the reference matcher can judge: it takes long, and joins keys by dots as event-ruler does."""
    short = len(text) < _SHORT and len(event_text) < _SHORT and text.count("*") < _FEW_STARS
    return short and not any("." in key for key in _keys(json.loads(text)) | _keys(json.loads(event_text)))


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()

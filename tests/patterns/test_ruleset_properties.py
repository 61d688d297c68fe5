"""Whatever the rules and the event: a set finds what each pattern alone would match."""

import json
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bus.patterns import Pattern, RuleSet, compile_pattern
from tests.patterns.strategies import UNLIMITED, Rules, examples, making_of, rules, writing


def _compiled(patterns: dict[str, Any]) -> dict[str, Pattern]:
    return {name: compile_pattern(pattern, UNLIMITED) for name, pattern in patterns.items()}


def _set_of(patterns: dict[str, Pattern]) -> RuleSet:
    found = RuleSet()
    for name, pattern in patterns.items():
        found.add(name, pattern)
    return found


def _each_alone(patterns: dict[str, Pattern], event_: Any) -> set[str]:
    return {name for name, pattern in patterns.items() if pattern.matches(event_)}


@examples(60)
@given(rules(most=12))
def test_a_set_finds_the_rules_whose_patterns_match_alone(drawn: Rules):
    patterns = _compiled(drawn.patterns)
    found = _set_of(patterns)

    for event_ in map(json.loads, drawn.texts):  # a set learns of each event how to look at the next
        expected = _each_alone(patterns, event_)
        event(f"{len(expected)} of {len(patterns)}")
        assert found.match(event_) == expected


@examples(60)
@given(rules(most=6))
def test_a_set_finds_the_same_in_json_however_it_is_written(drawn: Rules):
    found = _set_of(_compiled(drawn.patterns))

    for text in drawn.texts:
        assert found.match_json(text.encode()) == found.match(json.loads(text))


@examples(4)
@given(st.integers(0, 250), st.integers(0, 100), st.integers(0, 2**32))
def test_a_large_set_over_many_keys_finds_the_rules_whose_patterns_match_alone(number: int, keys: int, seed: int):
    made = making_of(seed)
    events = [made.event() for _ in range(6)]
    wide = {f"key {each}": ["x", made.event()] for each in range(keys)}
    patterns = {f"rule {each}": made.pattern(made.pick(events), most=3) for each in range(number)}
    patterns |= {f"rule over {key}": {key: made.pattern(value[1], most=1)} for key, value in wide.items() if value[1]}
    compiled = _compiled(patterns)

    found = _set_of(compiled)

    for event_ in [*events, {**events[0], **wide}, *events]:
        assert found.match(event_) == _each_alone(compiled, event_)
        assert found.match_json(json.dumps(event_).encode()) == found.match(event_)


class Changes(RuleBasedStateMachine):
    """Rules come, change and go; between that, events are matched."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        made = writing(data.draw)
        self.events = [made.event() for _ in range(3)]
        self.set = RuleSet()
        self.patterns: dict[str, Pattern] = {}

    @rule(data=st.data(), names=st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=6))
    def add(self, data: st.DataObject, names: list[str]) -> None:
        made = writing(data.draw)
        for name in names:
            self.patterns[name] = compile_pattern(made.pattern(made.pick(self.events), most=2), UNLIMITED)
            self.set.add(name, self.patterns[name])

    @rule(name=st.sampled_from("abcdefghijkl"))
    def remove(self, name: str) -> None:
        self.patterns.pop(name, None)
        self.set.remove(name)

    @rule(data=st.data())
    def match(self, data: st.DataObject) -> None:
        made = writing(data.draw)
        event_ = made.pick([*self.events, made.event()])

        expected = {name for name, pattern in self.patterns.items() if pattern.matches(event_)}

        assert self.set.match(event_) == expected
        assert self.set.match_json(made.text(event_).encode()) == expected


class TestChanges(Changes.TestCase):  # type: ignore[misc] - made at run time
    """A set under changes finds what a plain dict of its patterns would."""

    settings = settings(deadline=None, max_examples=settings().max_examples // 5, stateful_step_count=20)

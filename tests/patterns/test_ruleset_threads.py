"""Rules come and go in one thread while others match."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from bus.patterns import SNS_ATTRIBUTES, RuleSet, compile_pattern

ROUNDS = 60
EVENT = {
    "source": "shop",
    "detail-type": "OrderPlaced",
    "detail": {"lines": [{"sku": "a", "count": 3}], "total": 12, **{f"field {turn}": turn for turn in range(ROUNDS)}},
}
TEXT = json.dumps(EVENT).encode()
# Each finds its way into another part of the index.
STEADY = {
    "by value": {"source": ["shop"]},
    "by prefix": {"source": [{"prefix": "sh"}]},
    "by suffix": {"detail-type": [{"suffix": "Placed"}]},
    "by range": {"detail": {"total": [{"numeric": [">", 10]}]}},
    "by element": {"detail": {"lines": {"sku": ["a"], "count": [3]}}},
    "by exclusion": {"source": [{"anything-but": "elsewhere"}]},
    "by absence": {"detail": {"coupon": [{"exists": False}]}},
    "by choice": {"$or": [{"source": ["elsewhere"]}, {"detail": {"total": [12]}}]},
}


@pytest.fixture
def rules() -> RuleSet:
    rules = RuleSet()
    for name, pattern in STEADY.items():
        rules.add(name, compile_pattern(pattern))
    return rules


@pytest.fixture(autouse=True)
def _threads_take_turns_after_a_few_instructions() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _matching_and_missing(turn: int) -> tuple[list[object], list[object]]:
    """Patterns over the fields of the steady ones and over one more: some match the event, some do not."""
    return [
        {"detail": {f"field {turn}": [turn]}},
        {"source": ["shop", f"shop {turn}"], "detail": {"total": [12]}},
        {"source": ["shop"], "detail-type": [f"Order{turn}", "OrderPlaced"]},
        {"detail": {"lines": {"sku": ["a"], "count": [3, turn]}, f"coupon {turn}": [{"exists": False}]}},
    ], [
        {"source": [{"prefix": f"sh{turn}"}]},
        {"detail": {"total": [{"numeric": [">", 12 + turn]}], "lines": {"sku": [{"wildcard": f"{turn}*"}]}}},
    ]


def _beside(change: Callable[[], None], match: Callable[[], set[str]]) -> list[set[str]]:
    """Everything that two threads match for as long as a third one works."""
    over = Event()

    def match_on() -> list[set[str]]:
        found = [match()]
        while not over.is_set():
            found.append(match())
        return found

    with ThreadPoolExecutor(3) as threads:
        matching = [threads.submit(match_on) for _ in range(2)]
        changing = threads.submit(change)
        changing.add_done_callback(lambda _: over.set())
    changing.result()
    return [found for each in matching for found in each.result()]


@pytest.mark.parametrize("form", ["parsed", "json"])
def test_rules_that_nobody_touches_are_found_while_others_come_and_go(rules: RuleSet, form: str):
    match = (lambda: rules.match(EVENT)) if form == "parsed" else (lambda: rules.match_json(TEXT))

    def change() -> None:
        for turn in range(ROUNDS):
            matching, missing = _matching_and_missing(turn)
            names = [f"{number} of {turn}" for number in range(len(matching + missing))]
            for name, pattern in zip(names, matching + missing, strict=True):
                rules.add(name, compile_pattern(pattern))
            # Once it is added a rule is found, whatever the other threads were doing meanwhile.
            assert set(names[: len(matching)]) <= match()
            for name in names:
                rules.remove(name)
            assert not match() & set(names)

    found = _beside(change, match)

    assert set().union(*(STEADY.keys() - each for each in found)) == set()
    assert match() == STEADY.keys()


def test_an_event_without_fields_is_matched_while_rules_for_it_come_and_go():
    nothing = compile_pattern({"a": [{"exists": False}]}, SNS_ATTRIBUTES)
    rules = RuleSet()
    rules.add("steady", nothing)
    rules.add("of a bus", compile_pattern({"a": [{"exists": False}]}))

    def change() -> None:
        for _ in range(ROUNDS * 10):
            rules.add("passing", nothing)
            rules.remove("passing")

    found = _beside(change, lambda: rules.match({}) | rules.match_json(b"{}"))

    assert set(map(frozenset, found)) == {frozenset({"of a bus"})}

import json
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from bus.patterns import InvalidEventError, RuleSet, compile_pattern
from tests.patterns.work import steps

PATTERNS = {
    "by type": {"detail-type": ["OrderPlaced.v1", "OrderPaid.v1"]},
    "by source": {"source": ["omnibus.orders"]},
    "by neither": {"source": [{"prefix": "omnibus."}], "detail-type": ["OrderPaid.v1", {"exists": False}]},
    "either": {"$or": [{"detail-type": ["OrderPlaced.v1"]}, {"source": ["omnibus.payments"]}]},
}


@pytest.fixture
def rules() -> RuleSet:
    rules = RuleSet()
    for name, pattern in PATTERNS.items():
        rules.add(name, compile_pattern(pattern))
    return rules


@pytest.mark.parametrize("source", ["omnibus.orders", "omnibus.payments", "elsewhere", ["a", "omnibus.orders"], None])
@pytest.mark.parametrize("detail_type", ["OrderPlaced.v1", "OrderPaid.v1", "Other.v1", ["OrderPaid.v1"]])
def test_a_set_finds_what_each_pattern_alone_would_match(rules: RuleSet, source: object, detail_type: object):
    event = {"source": source, "detail-type": detail_type}

    found = rules.match(event)

    assert found == {name for name, pattern in PATTERNS.items() if compile_pattern(pattern).matches(event)}


def test_a_pattern_is_replaced_by_one_of_its_name_and_gone_when_removed(rules: RuleSet):
    event = {"source": "omnibus.orders", "detail-type": "OrderPlaced.v1"}

    rules.add("by type", compile_pattern({"source": ["elsewhere"]}))
    rules.remove("by source")
    rules.remove("never there")

    assert rules.match(event) == {"either"}


def test_what_is_no_compiled_pattern_leaves_a_set_as_it_was(rules: RuleSet):
    with pytest.raises(TypeError, match="compile_pattern"):
        rules.add("raw", {"source": ["omnibus.orders"]})

    assert set(rules) == PATTERNS.keys()


@pytest.mark.parametrize("event", [[1], "text", 5, None])
def test_what_is_no_object_is_no_event(rules: RuleSet, event: object):
    with pytest.raises(InvalidEventError, match="not an object"):
        rules.match(event)
    with pytest.raises(InvalidEventError, match="not an object"):
        rules.match_json(json.dumps(event).encode())
    with pytest.raises(InvalidEventError, match="not an object"):
        compile_pattern({"source": ["a"]}).explain(event)


def test_json_may_come_as_text_too(rules: RuleSet):
    assert rules.match_json('{"source": "omnibus.orders", "note": "é"}') == {"by source", "by neither"}


class _Source(StrEnum):
    ORDERS = "omnibus.orders"


class _Priority(IntEnum):
    HIGH = 1


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"source": ["omnibus.orders"]}, {"source": _Source.ORDERS}, True),
        ({"source": [{"prefix": "omnibus."}]}, {"source": _Source.ORDERS}, True),
        ({"source": [{"exists": False}]}, {"source": _Source.ORDERS}, False),
        ({"detail": {"priority": [1]}}, {"detail": {"priority": _Priority.HIGH}}, True),
        ({"detail": {"priority": [1]}}, {"detail": OrderedDict(priority=1)}, True),
    ],
)
def test_subclasses_count_as_what_they_derive_from(pattern: Any, event: Any, expected: bool):  # noqa: FBT001 - a column
    alone, rules = compile_pattern(pattern), RuleSet()
    rules.add("it", alone)

    answers = [alone.matches(event), alone.explain(event).matches, bool(rules.match(event)), bool(rules.match(event))]

    assert answers == [expected] * 4


def test_events_are_no_surprise_once_a_set_has_seen_where_they_hold_arrays():
    rules = RuleSet()
    rules.add("element", compile_pattern({"detail": {"lines": {"sku": ["a"], "quantity": [{"numeric": [">", 1]}]}}}))
    rules.add("tag", compile_pattern({"detail": {"tags": ["new"]}, "source": ["shop"]}))
    event = {"source": "shop", "detail": {"lines": [{"sku": "a", "quantity": 2}], "tags": ["new", "blue"]}}
    rules.match(event)
    rules.match(event)
    before = rules._terrain.stumbles  # noqa: SLF001 - nothing else shows that code which was written is used

    found = [rules.match({**event, "id": number}) for number in range(20)]

    assert found == [{"element", "tag"}] * 20
    assert rules._terrain.stumbles == before  # noqa: SLF001 - as above


def test_many_rules_over_fields_of_their_own_cost_events_without_them_nothing():
    def steps_for(count: int) -> int:
        rules = RuleSet()
        for number in range(count):
            own = {f"field {number}": [{"exists": True}], "shared": [{"exists": True}]}
            rules.add(str(number), compile_pattern({"detail": own}))
        event = {"detail": {"field 3": 1, "shared": 2}}
        for _ in range(3):
            assert rules.match(event) == {"3"}
        return steps(lambda: rules.match(event), 10_000)

    assert steps_for(800) < 2 * steps_for(100)


def test_a_rule_that_comes_and_goes_again_and_again_leaves_nothing_behind():
    rules, passing = RuleSet(), compile_pattern({"source": ["passing"], "detail": {"total": [{"numeric": [">", 1]}]}})
    for number in range(20):
        rules.add(str(number), compile_pattern({"source": [f"shop {number}"]}))

    def steps_of_a_visit() -> int:
        def visit() -> None:
            rules.add("passing", passing)
            rules.remove("passing")

        return steps(visit, 100_000)

    steps_of_a_visit()
    before = steps_of_a_visit()
    for _ in range(500):
        steps_of_a_visit()

    assert steps_of_a_visit() <= before * 2
    assert len(rules._root._turns) <= 2 * len(rules)  # noqa: SLF001 - nothing else shows what is kept
    assert set(rules) == set(map(str, range(20)))

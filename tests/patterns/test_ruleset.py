import pytest

from bus.patterns import RuleSet, compile_pattern

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

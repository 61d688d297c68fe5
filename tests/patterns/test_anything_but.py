"""EventBridge user guide, "Anything-but matching": what `{"anything-but": …}` holds, a value, whether it matches."""

from typing import Any

import pytest

from bus.patterns import compile_pattern

VALUES: list[tuple[Any, Any, bool]] = [
    ("shipped", "placed", True),
    ("shipped", "shipped", False),
    ("shipped", None, True),
    ("shipped", 12, True),
    ("12", 12, True),
    (["shipped", "paid"], "placed", True),
    (["shipped", "paid"], "shipped", False),
    (["shipped", "paid"], None, True),
    (["no-message"], "display-message", True),
    (["no-message"], None, True),
    (["no-message"], "no-message", False),
    (123, 789, True),
    (123, 123, False),
    (123, 123.0, False),
    (123, "123", True),
    (123, True, True),
    (0, 789, True),
    ([100, 200, 300], 999, True),
    ([100, 200, 300], 100, False),
    ([100, 200, 300], "200", True),
]
AFFIXES: list[tuple[Any, Any, bool]] = [
    ({"prefix": "ship"}, "reship", True),
    ({"prefix": "ship"}, "shipped", False),
    ({"prefix": "ship"}, 12, True),
    ({"prefix": "ship"}, None, True),
    ({"prefix": ["ship", "pa"]}, "reship", True),
    ({"prefix": ["ship", "re"]}, "reship", False),
    ({"prefix": ["ship", "pa"]}, 12, True),
    ({"prefix": ["ship", "pa"]}, None, True),
    ({"suffix": ".txt"}, "notes.txt.bak", True),
    ({"suffix": ".txt"}, "notes.txt", False),
    ({"suffix": ".txt"}, None, True),
    ({"suffix": [".txt", ".jpg"]}, "notes.txt.bak", True),
    ({"suffix": [".txt", ".jpg"]}, "photo.jpg", False),
    ({"suffix": [".txt", ".jpg"]}, None, True),
]
OTHERS: list[tuple[Any, Any, bool]] = [
    ({"equals-ignore-case": "shipped"}, "placed", True),
    ({"equals-ignore-case": "shipped"}, "SHIPPED", False),
    ({"equals-ignore-case": "shipped"}, None, True),
    ({"equals-ignore-case": ""}, "shipped", True),
    ({"equals-ignore-case": ["shipped", "paid"]}, "placed", True),
    ({"equals-ignore-case": ["shipped", "paid"]}, "Paid", False),
    ({"equals-ignore-case": ["shipped", "paid"]}, None, True),
    ({"wildcard": "*/lib/*"}, "lib/usr/x", True),
    ({"wildcard": "*/usr/*"}, "lib/usr/x", False),
    ({"wildcard": "*/lib/*"}, 123, True),
    ({"wildcard": "*/lib/*"}, None, True),
    ({"wildcard": ""}, "lib/usr/x", True),
    ({"wildcard": ["*/usr/*", "*/lib/*"]}, "lib/var/lib", True),
    ({"wildcard": ["*/usr/*", "*/lib/*"]}, "lib/usr/lib", False),
    ({"wildcard": ["*/usr/*", "*/lib/*"]}, None, True),
]


@pytest.mark.parametrize(("excluded", "value", "expected"), VALUES + AFFIXES + OTHERS, ids=repr)
def test_a_value_that_is_not_excluded_matches(excluded: Any, value: Any, expected: bool):  # noqa: FBT001 - a column
    pattern = compile_pattern({"detail": {"field": [{"anything-but": excluded}]}})

    assert pattern.matches({"detail": {"field": value}}) is expected


@pytest.mark.parametrize("excluded", [row[0] for row in VALUES + AFFIXES + OTHERS], ids=repr)
def test_a_field_that_is_not_there_never_matches(excluded: Any):
    assert not compile_pattern({"detail": {"field": [{"anything-but": excluded}]}}).matches({"detail": {}})
    assert not compile_pattern({"field": [{"anything-but": excluded}]}).matches({"field": []})


@pytest.mark.parametrize("operator", ["prefix", "suffix", "wildcard", "equals-ignore-case"])
def test_no_texts_exclude_nothing(operator: str):
    pattern = compile_pattern({"field": [{"anything-but": {operator: []}}]})

    assert pattern.matches({"field": "x"})
    assert not pattern.matches({})
    assert str(pattern) == "Events whose field is any value."
    assert [each.expected for each in pattern.explain({}).mismatches] == ["any value"]

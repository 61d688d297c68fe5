"""Patterns in English."""

import pytest

from bus.patterns.description import describe
from bus.patterns.dialects import RULES, SNS_BODY
from bus.patterns.parse import parse


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (
            {"source": ["omnibus.orders"], "detail-type": ["OrderPlaced.v1", "OrderPaid.v1"]},
            'Events whose source is "omnibus.orders" and whose detail-type is "OrderPaid.v1" or "OrderPlaced.v1".',
        ),
        (
            {"source": [{"prefix": "omnibus."}], "detail": {"data": {"total": {"amount": [{"numeric": [">", 100]}]}}}},
            (
                'Events whose source is text that begins with "omnibus.",'
                " where detail.data.total.amount is a number above 100."
            ),
        ),
        (
            {"detail": {"a": [{"exists": True}], "b": [{"exists": False}], "c": [{"exists": False}, None, ""]}},
            'Events where detail.a is present, detail.b is absent and detail.c is absent or is "" or null.',
        ),
        (
            {"a": [{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}, "/lib/", {"cidr": "10.0.0.0/8"}]},
            'Events whose a is "/lib/", an address within 10.0.0.0/8 or anything but text like "*/lib/*" or "*/bin/*".',
        ),
        ({"a": [{"numeric": [">=", 0, "<=", 9]}]}, "Events whose a is a number from 0 to 9."),
        ({"a": [{"numeric": [">=", 0, "<", 9]}]}, "Events whose a is a number of at least 0 and below 9."),
        ({"a": [{"numeric": ["=", 2.50]}, 1e3]}, "Events whose a is 1000 or the number 2.5."),
    ],
)
def test_a_pattern_of_few_fields_is_a_sentence(pattern, sentence):
    assert describe(parse(pattern, RULES)) == sentence


def test_a_pattern_of_many_fields_is_a_list():
    pattern = {"source": ["x"], "account": ["1"], "region": [{"prefix": "eu-"}], "detail": {"a": [1]}}

    assert describe(parse(pattern, RULES)).splitlines() == [
        "Events for which all of this holds:",
        '  source is "x"',
        '  account is "1"',
        '  region is text that begins with "eu-"',
        "  detail.a is 1",
    ]


def test_what_all_branches_of_an_or_have_in_common_is_said_once():
    pattern = {"source": ["x"], "$or": [{"a": [1]}, {"b": [2], "c": [{"exists": False}]}, {"a": [1]}]}

    assert describe(parse(pattern, RULES)).splitlines() == [
        "Events for which all of this holds:",
        '  source is "x"',
        "and one of these:",
        "  1. a is 1",
        "  2. b is 2, and c is absent",
    ]


def test_branches_with_nothing_in_common_stand_alone_and_of_very_many_only_some():
    pattern = {"$or": [{f"f{number}": [number]} for number in range(30)]}

    lines = describe(parse(pattern, RULES)).splitlines()

    assert lines[:2] == ["Events for which one of these holds:", "  1. f0 is 0"]
    assert lines[-2:] == ["  20. f19 is 19", "  … and 10 more"]


def test_a_filter_policy_is_about_messages_and_its_numbers_end_earlier():
    policy = parse({"a": [{"numeric": ["<", 5]}], "b": [{"exists": True}]}, SNS_BODY)

    assert describe(policy, SNS_BODY, "Messages") == (
        'Messages whose a is a number below 5 and whose b is any value but null and "".'
    )

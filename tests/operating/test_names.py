"""Names as people read and write them."""

import pytest

from bus.cli.names import shown
from bus.operating.errors import UnknownNameError, nearest

QUEUES = [
    "analytics-RuleDeadLetters-KY7ATQUKM1FJ",
    "notifications-EmailDeadLetters-X3HT6X6E7V3Q",
    "notifications-SmsDeadLetters-MIWOCHO5JEJT",
]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("orders-Table-SLZ7PY57GU3S", "orders-Table"),
        ("orders-Table-1A2B3C4D5E6F7", "orders-Table"),
        ("rule a/b to x-Queue-OILYYKCJLIOR and more", "rule a/b to x-Queue and more"),
        ("omnibus-dev-orders-outbox", "omnibus-dev-orders-outbox"),
        ("x-SLZ7PY57GU3S-y", "x-SLZ7PY57GU3S-y"),
        ("SLZ7PY57GU3S", "SLZ7PY57GU3S"),
    ],
)
def test_what_cloudformation_puts_behind_a_name_is_not_shown(text, read):
    assert shown(text) == read


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("EmailDeadLeters", [QUEUES[1]]),
        ("emaildeadletters", [QUEUES[1]]),
        ("notifications-SmsDeadLetters-MIWOCHO5JEJX", [QUEUES[2]]),
        ("orders", []),
    ],
)
def test_the_nearest_names_are_named_by_any_part_of_them(word, found):
    assert nearest(word, QUEUES) == found


def test_a_name_that_is_like_none_is_told_all_there_are():
    assert str(UnknownNameError("queue", "x", QUEUES)) == f"there is no queue x; there are: {', '.join(QUEUES)}"
    assert str(UnknownNameError("queue", "x", [])) == "there is no queue x; there are none"

"""EventBridge user guide, "IP address matching", and addresses as event-ruler reads them."""

from typing import Any

import pytest

from bus.patterns import compile_pattern
from bus.patterns.addresses import address

NETWORKS: list[tuple[str, Any, bool]] = [
    ("10.0.0.0/24", "10.0.0.255", True),
    ("10.0.0.0/24", "10.0.0.256", False),
    ("10.0.0.0/24", "10.0.1.33", False),
    ("10.0.0.0/24", 123, False),
    ("10.0.0.0/24", "not an address", False),
    ("10.0.0.77/24", "10.0.0.1", True),
    ("10.0.0.0/+8", "10.255.0.1", True),
    ("0.0.0.0/0", "255.255.255.255", True),
    ("0.0.0.0/0", "::1", False),
    ("2001:db8:1234:1a00::/64", "2001:0db8:1234:1a00:0000:0000:0000:0000", True),
    ("2001:db8:1234:1a00::/64", "2001:0db8:123f:1a01:0000:0000:0000:0000", False),
    ("10.0.0.0/8", "::ffff:a00:1", True),
    ("::ffff:a00:0/8", "10.1.2.3", True),
    ("::/1", "10.0.0.1", False),
    ("10.0.0.0/8", "::ffff:10.0.0.1", False),
]
EXACT: list[tuple[str, str, bool]] = [
    ("::1", "0:0:0:0:0:0:0:1", True),
    ("FE80::1", "fe80::1", True),
    ("10.0.0.1", "010.0.0.01", True),
    ("10.0.0.1", "::ffff:a00:1", True),
    ("::ffff:a00:1", "10.0.0.1", True),
    ("::ffff:10.0.0.1", "10.0.0.1", False),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1", True),
    ("::a00:1", "10.0.0.1", False),
    ("12:34", "12:34", True),
    ("10.0.0.256", "10.0.0.256", True),
    ("10.0.0.1", "10.0.0.10", False),
]


@pytest.mark.parametrize(("network", "value", "expected"), NETWORKS)
def test_an_address_is_in_its_network(network: str, value: Any, expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern({"address": [{"cidr": network}]}).matches({"address": value}) is expected


@pytest.mark.parametrize(("text", "value", "expected"), EXACT)
def test_a_text_that_is_an_address_matches_every_way_of_writing_it(text: str, value: str, expected: bool):  # noqa: FBT001 - a column
    assert compile_pattern({"address": [text]}).matches({"address": value}) is expected
    assert compile_pattern({"address": ["other", text]}).matches({"address": value}) is expected


def test_exactly_is_about_the_text_alone():
    pattern = compile_pattern({"address": [{"exactly": "10.0.0.1"}]})

    assert pattern.matches({"address": "10.0.0.1"})
    assert not pattern.matches({"address": "010.0.0.1"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3.4", (4, 0x01020304)),
        ("0000000001.2.3.4", None),
        ("1.2.3", None),
        ("1.2.3.4.5", None),
        ("1.2.3.\u0664", None),
        ("1.2.3.4\n", None),
        ("::", (6, 0)),
        (":", None),
        (":::", None),
        ("::1%eth0", None),
        ("fe80::/10", None),
        ("", None),
    ],
)
def test_what_is_an_address(text: str, expected: tuple[int, int] | None):
    assert address(text) == expected

"""What docs/guides/testing-a-service.md has people write, run as it is written there."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).parents[2] / "docs/guides/testing-a-service.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
ROWS = re.findall(r"^\| `(platform\.[^|]*?)`[ ,]", GUIDE.read_text(), re.MULTILINE)


@pytest.fixture
def example() -> dict[str, Any]:
    """The names of the guide's first block."""
    names: dict[str, Any] = {}
    exec(BLOCKS[0], names)  # noqa: S102 - the guide is this project's own
    return names


def test_the_first_test_of_the_guide_passes_as_it_is_written(platform, example):
    example["test_a_shipped_order_tells_its_customer"](platform)

    assert len(platform.sent("email")) == 1


@pytest.mark.parametrize("row", ROWS)
def test_each_line_of_the_table_can_be_called_as_it_is_written(platform, row, example):
    names = {
        "platform": platform,
        "timedelta": timedelta,
        "bus": platform.find("Bus"),
        "source": "omnibus.orders",
        "detail_type": "OrderShipped.v1",
        "detail": example["SHIPPED"],
    }

    eval(row, names)  # noqa: S307 - as above


def test_the_looks_of_the_table_have_what_it_says(platform):
    queue, table = platform.queue("EmailQueue"), platform.table("Table", "orders")

    assert (queue.bodies(), queue.documents(), queue.receive_counts(), len(queue)) == ([], [], [], 0)
    assert (table.items(), table.find(status="PAID"), len(table)) == ([], [], 0)
    assert platform.sent("sms") == platform.sent("http") == []


def test_the_lines_about_an_event_give_its_hops(platform, example):
    example["test_a_shipped_order_tells_its_customer"](platform)
    trace = next(block for block in BLOCKS if "platform.trace" in block)

    exec(trace, {"platform": platform, "event_id": example["EVENT"]})  # noqa: S102 - as above

    assert platform.ledger.of(example["EVENT"])
    assert platform.ledger.of_correlation(example["EVENT"])

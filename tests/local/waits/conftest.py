"""A plane under the real clock."""

import pytest

from tests.local.waits.queues import Queue
from tests.local.waits.world import Ground, ground


@pytest.fixture
def real() -> Ground:
    """With queues, topics and an outside."""
    return ground()


@pytest.fixture
def orders(real: Ground) -> Queue:
    """A standard queue."""
    return Queue.made(real, "orders")

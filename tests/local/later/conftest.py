"""Planes under the real clock, whose functions answer later; each test goes on as it was and after a recovery."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.local.plane import Plane
from tests.local.later.worlds import FakeWorld, Restored, copy_of


@pytest.fixture
def plane_of(plane_with: Callable[..., Plane]) -> Callable[..., Plane]:
    """`plane_of(SqsRoom, LambdaRoom)`: a plane of those rooms with a world."""

    def build(*rooms: Callable[[Plane], Any]) -> Plane:
        plane = plane_with(*rooms)
        plane.world = FakeWorld()
        return plane

    return build


@pytest.fixture(params=["as it was", "recovered"])
def restored(request: pytest.FixtureRequest) -> Restored:
    """What becomes of the plane at this point: nothing, or a snapshot and its recovery."""
    return copy_of if request.param == "recovered" else lambda plane: plane

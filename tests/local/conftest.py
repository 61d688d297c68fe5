"""A plane with just the rooms that a test is about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bus.local.botocore_hook import activate
from bus.local.plane import Plane


@pytest.fixture
def plane_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Plane]]:
    """`plane_with(SqsRoom, SnsRoom)`: a plane that answers this process's boto3 clients with those rooms alone."""
    for name, value in {
        "AWS_DEFAULT_REGION": Plane.region,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)

    def build(*rooms: Callable[[Plane], Any], seed: int = 0) -> Plane:
        plane = Plane(seed=seed)
        for room in rooms:
            plane.open(room(plane))
        activate(plane)
        return plane

    yield build
    activate(None)

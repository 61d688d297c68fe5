"""A plane that calls an API outside."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.events import EventsRoom
from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.api_destinations.cases import MemorySecrets


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(Outside, MemorySecrets, SqsRoom, EventsRoom)
    plane.call("sqs", "CreateQueue", QueueName="dead")
    return plane


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


@pytest.fixture
def outside(plane: Plane) -> Outside:
    outside = Outside.of(plane)
    outside.answer("api.example", lambda _: 200)
    return outside

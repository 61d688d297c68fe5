"""A bus with an archive of everything."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.events import EventsRoom
from bus.local.plane import Plane
from tests.local.archives.cases import PATTERN, MemorySqs


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemorySqs)


@pytest.fixture
def events(plane: Plane) -> Any:
    client = boto3.client("events", region_name=plane.region)
    for name in ("one", "two"):
        client.put_rule(Name=name, EventPattern=PATTERN)
        queue = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        client.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue}])
    return client

"""A shop's lake, and what feeds it."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.local.firehose import FirehoseRoom
from bus.local.plane import Plane
from bus.local.stored import StoredRoom
from tests.local.lake.firehose.cases import FakeKinesis, FakeLambda, deploy, source


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(StoredRoom, FirehoseRoom, FakeLambda, FakeKinesis)


@pytest.fixture
def shop(plane: Plane, shop_of: Callable[[Plane], Any]) -> Any:
    shop = shop_of(plane)
    shop.create()
    return shop


@pytest.fixture
def function(plane: Plane) -> FakeLambda:
    fake: FakeLambda = plane.rooms["lambda"]
    return fake


@pytest.fixture
def kinesis(plane: Plane, shop: Any) -> FakeKinesis:  # noqa: ARG001 - the tables that it delivers to
    deploy(plane, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source())
    fake: FakeKinesis = plane.rooms["kinesis"]
    return fake

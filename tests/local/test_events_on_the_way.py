"""Events that are still on their way: where they are, twice, late, and in whose story."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bus.local.anomalies import Anomalies
from bus.local.errors import AwsError
from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
RULE = "arn:aws:events:us-east-1:123456789012:rule/rule"
DEFAULT = "arn:aws:events:us-east-1:123456789012:event-bus/default"


class MemorySqs:
    service = "sqs"

    def __init__(self, _: Plane) -> None:
        self.ids: list[str] = []
        self.errors: list[AwsError] = []

    @operation("SendMessage")
    def send(self, params: Params) -> Response:
        if self.errors:
            raise self.errors.pop(0)
        self.ids.append(json.loads(params["MessageBody"])["detail"]["metadata"]["event_id"])
        return {}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return ruled(plane_with(EventsRoom, MemorySqs))


def ruled(plane: Plane) -> Plane:
    plane.call("events", "PutRule", Name="rule", EventPattern='{"source": ["omnibus.orders"]}')
    plane.call("events", "PutTargets", Rule="rule", Targets=[{"Id": "queue", "Arn": QUEUE}])
    return plane


def publish(plane: Plane, *ids: str, correlation: Any = None) -> None:
    for event_id in ids:
        metadata = {"event_id": event_id, "correlation_id": correlation}
        detail = json.dumps({"metadata": metadata})
        plane.call("events", "PutEvents", Entries=[{"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}])


def test_an_event_is_on_its_bus_until_it_is_routed_then_waits_for_its_target_and_then_is_nowhere(plane: Plane):
    room, queue = plane.rooms["events"], plane.rooms["sqs"]
    queue.errors = [AwsError("ServiceUnavailable", "down", status=503)]

    publish(plane, "e1", "e2")
    assert list(room.whereabouts("e1")) == [Whereabouts("events", DEFAULT, "queued")]
    plane.engine.advance(timedelta())
    (waiting,) = room.whereabouts("e1")

    assert (waiting.resource, waiting.state, waiting.note) == (RULE, "waiting to retry", f"to {QUEUE}, attempt 2")
    assert waiting.until is not None
    assert 0.5 <= waiting.until - plane.clock.time() <= 1
    assert list(room.whereabouts("e2")) == []
    plane.engine.run_until_idle()
    assert list(room.whereabouts("e1")) == []
    assert queue.ids == ["e2", "e1"]


def test_events_of_one_correlation_id_are_told_together(plane: Plane):
    publish(plane, "e1", "e2", correlation="order-1")
    publish(plane, "e3", correlation=7)
    publish(plane, "e4", correlation="order-2")

    assert plane.ledger.related("order-1") == ["e1", "e2"]
    assert plane.ledger.related("order-2") == ["e4"]


def test_an_event_may_reach_its_target_twice_and_late(plane_with: Callable[..., Plane]):
    plane = ruled(plane_with(EventsRoom, MemorySqs))
    plane.anomalies = Anomalies(seed=1, twice=0.5, late=0.5)
    ids = [f"e{number}" for number in range(40)]

    publish(plane, *ids)
    plane.engine.advance(timedelta())
    late = [where for event_id in ids for where in plane.rooms["events"].whereabouts(event_id)]
    plane.engine.run_until_idle()

    arrived = plane.rooms["sqs"].ids
    assert {each.state for each in late} == {"delayed"}
    assert set(arrived) == set(ids)
    assert len(ids) < len(arrived) < 2 * len(ids)
    assert arrived != sorted(arrived, key=ids.index)


def test_an_unknown_bus_takes_an_event_and_the_ledger_says_what_became_of_it(plane: Plane):
    entry = {"EventBusName": "nowhere", "Source": "omnibus.orders", "DetailType": "T", "Detail": "{}"}

    (result,) = plane.call("events", "PutEvents", Entries=[entry])["Entries"]

    (hop,) = plane.ledger
    assert set(result) == {"EventId"}
    assert (hop.resource, hop.outcome) == ("nowhere", "dropped")
    assert "there is no such bus" in hop.note

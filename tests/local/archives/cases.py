"""What the tests of archives say again and again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

START = datetime(2026, 1, 1, tzinfo=UTC)
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
ARCHIVE = "arn:aws:events:us-east-1:123456789012:archive/all"
PATTERN = '{"source": ["omnibus.orders"]}'


class MemorySqs:
    service = "sqs"

    def __init__(self, _: Plane) -> None:
        self.bodies: list[tuple[str, Any]] = []

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        self.bodies.append((params["QueueUrl"].rpartition("/")[2], json.loads(params["MessageBody"])))
        return {}


def publish(plane: Plane, events: Any, detail_type: str = "T", *, at: datetime | None = None) -> None:
    entry = {"Source": "omnibus.orders", "DetailType": detail_type, "Detail": '{"n": 1}'}
    events.put_events(Entries=[entry if at is None else {**entry, "Time": at}])
    plane.engine.run_until_idle()


def replay(events: Any, name: str = "again", *, days: float = 1, **destination: Any) -> Any:
    return events.start_replay(
        ReplayName=name,
        EventSourceArn=ARCHIVE,
        EventStartTime=START,
        EventEndTime=START + timedelta(days=days),
        Destination={"Arn": BUS, **destination},
    )


def sent(plane: Plane, queue: str = "one") -> list[str]:
    """The detail types that a queue was sent, since it was last asked."""
    bodies = plane.rooms["sqs"].bodies
    found = [body["detail-type"] for to, body in bodies if to == queue]
    bodies.clear()
    return found

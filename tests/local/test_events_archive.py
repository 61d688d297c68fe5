import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

START = datetime(2026, 1, 1, tzinfo=UTC)
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
ARCHIVE = "arn:aws:events:us-east-1:123456789012:archive/all"


class MemorySqs:
    service = "sqs"

    def __init__(self, _: Plane) -> None:
        self.bodies: list[tuple[str, Any]] = []

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        self.bodies.append((params["QueueUrl"].rpartition("/")[2], json.loads(params["MessageBody"])))
        return {}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemorySqs)


@pytest.fixture
def events(plane: Plane) -> Any:
    client = boto3.client("events", region_name=plane.region)
    for name in ("one", "two"):
        client.put_rule(Name=name, EventPattern='{"source": ["omnibus.orders"]}')
        queue = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        client.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue}])
    return client


def publish(plane: Plane, events: Any, detail_type: str = "T") -> None:
    events.put_events(Entries=[{"Source": "omnibus.orders", "DetailType": detail_type, "Detail": '{"n": 1}'}])
    plane.engine.run_until_idle()


def replay(events: Any, name: str = "again", **destination: Any) -> Any:
    return events.start_replay(
        ReplayName=name,
        EventSourceArn=ARCHIVE,
        EventStartTime=START,
        EventEndTime=START + timedelta(days=1),
        Destination={"Arn": BUS, **destination},
    )


def test_a_replay_sends_the_archived_events_again_marked_with_its_name(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    publish(plane, events)
    before = list(plane.rooms["sqs"].bodies)

    replay(events)
    plane.engine.run_until_idle()

    again = plane.rooms["sqs"].bodies[len(before) :]
    assert again == [(queue, {**body, "replay-name": "again"}) for queue, body in before]
    assert events.describe_replay(ReplayName="again")["State"] == "COMPLETED"


def test_a_replay_can_be_kept_to_some_rules(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    publish(plane, events)
    plane.rooms["sqs"].bodies.clear()

    replay(events, FilterArns=["arn:aws:events:us-east-1:123456789012:rule/two"])
    plane.engine.run_until_idle()

    assert [queue for queue, _ in plane.rooms["sqs"].bodies] == ["two"]


def test_an_archive_keeps_what_its_pattern_matches_and_no_replayed_event(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, EventPattern='{"detail-type": ["Kept"]}')
    publish(plane, events, "Kept")
    publish(plane, events, "Other")

    replay(events)
    plane.engine.run_until_idle()

    assert events.describe_archive(ArchiveName="all")["EventCount"] == 1
    assert len(plane.ledger.find("events", "archive")) == 1


def test_an_event_older_than_the_retention_is_not_replayed(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events)
    plane.engine.advance(timedelta(days=2))
    plane.rooms["sqs"].bodies.clear()

    replay(events)
    plane.engine.run_until_idle()

    assert plane.rooms["sqs"].bodies == []


def test_a_replay_goes_only_to_the_bus_that_was_archived(events: Any):
    other = events.create_event_bus(Name="other")["EventBusArn"]
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    with pytest.raises(ClientError, match="Cross event bus replay is not permitted"):
        replay(events, Arn=other)


def test_archives_are_listed_by_their_source(events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    assert [each["ArchiveName"] for each in events.list_archives(EventSourceArn=BUS)["Archives"]] == ["all"]
    assert events.list_archives(NamePrefix="x")["Archives"] == []
    with pytest.raises(ClientError, match=r"Archive all already exists\."):
        events.create_archive(ArchiveName="all", EventSourceArn=BUS)

"""EventBridge user guide, "Archiving and replaying events"."""

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
from bus.local.resources import Made, Resource

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


def test_an_event_past_its_retention_is_removed_and_not_replayed(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events, "Old")
    plane.engine.advance(timedelta(hours=20))
    publish(plane, events, "New")
    plane.engine.advance(timedelta(hours=5))

    shown = events.describe_archive(ArchiveName="all")
    sent(plane)
    replay(events, days=2)
    plane.engine.run_until_idle()

    assert shown["EventCount"] == 1
    assert 0 < shown["SizeBytes"] < 400
    assert sent(plane) == ["New"]
    assert len(plane.ledger.find("events", "expire")) == 1


def test_retention_keeps_no_plane_busy(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events)

    plane.engine.run_until_idle()

    assert events.describe_archive(ArchiveName="all")["EventCount"] == 1


def test_a_replay_goes_by_the_minutes_of_the_events_and_says_how_far_it_is(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    for minute, name in ((3, "C"), (1, "A"), (2, "B"), (1, "A2")):
        publish(plane, events, name, at=START + timedelta(minutes=minute))
    sent(plane)

    assert replay(events)["State"] == "STARTING"
    plane.engine.advance(timedelta(seconds=0.5))
    first = events.describe_replay(ReplayName="again")
    assert sent(plane) == ["A", "A2"]
    plane.engine.run_until_idle()
    last = events.describe_replay(ReplayName="again")

    assert sent(plane) == ["B", "C"]
    assert (first["State"], first["EventLastReplayedTime"]) == ("RUNNING", START + timedelta(minutes=1))
    assert (last["State"], last["EventLastReplayedTime"]) == ("COMPLETED", START + timedelta(minutes=3))
    assert last["ReplayEndTime"] > last["ReplayStartTime"]


def test_only_events_that_occurred_between_the_start_and_the_end_are_replayed(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    for hours, name in ((-1, "Before"), (1, "Within"), (25, "After")):
        publish(plane, events, name, at=START + timedelta(hours=hours))
    sent(plane)

    replay(events)
    plane.engine.run_until_idle()

    assert sent(plane) == ["Within"]


def test_a_cancelled_replay_sends_nothing_more(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    for minute in (1, 2, 3):
        publish(plane, events, f"M{minute}", at=START + timedelta(minutes=minute))
    sent(plane)
    replay(events)
    plane.engine.advance(timedelta(seconds=0.5))

    assert events.cancel_replay(ReplayName="again")["State"] == "CANCELLING"
    plane.engine.run_until_idle()

    assert sent(plane) == ["M1"]
    assert events.describe_replay(ReplayName="again")["State"] == "CANCELLED"
    with pytest.raises(ClientError, match="is not in a valid state for this operation") as refused:
        events.cancel_replay(ReplayName="again")
    assert refused.value.response["Error"]["Code"] == "IllegalStatusException"


def test_replays_are_listed_by_one_filter(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    for name in ("a", "b"):
        replay(events, name)
    plane.engine.run_until_idle()

    def names(**asked: Any) -> list[str]:
        return [each["ReplayName"] for each in events.list_replays(**asked)["Replays"]]

    assert names() == names(State="COMPLETED") == names(EventSourceArn=ARCHIVE) == ["a", "b"]
    assert names(NamePrefix="b") == ["b"]
    assert names(State="RUNNING") == []
    with pytest.raises(ClientError, match="At most one filter is allowed for ListReplays"):
        names(NamePrefix="b", State="COMPLETED")


def test_no_more_than_ten_replays_run_at_once(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    for number in range(10):
        replay(events, f"r{number}")

    with pytest.raises(ClientError, match="LimitExceededException"):
        replay(events, "eleventh")
    plane.engine.run_until_idle()

    assert replay(events, "eleventh")["State"] == "STARTING"


def test_a_replay_is_forgotten_after_ninety_days(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    replay(events)
    plane.engine.advance(timedelta(days=91))

    with pytest.raises(ClientError, match=r"Replay again does not exist\."):
        events.describe_replay(ReplayName="again")


def test_a_replay_goes_only_to_the_bus_that_was_archived(events: Any):
    other = events.create_event_bus(Name="other")["EventBusArn"]
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    with pytest.raises(ClientError, match="Cross event bus replay is not permitted"):
        replay(events, Arn=other)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"EventSourceArn": BUS}, "Must contain an archive ARN"),
        ({"EventSourceArn": ARCHIVE + "-not"}, r"Archive all-not does not exist\."),
        ({"EventEndTime": START}, "EventStartTime must be before EventEndTime"),
        ({"Destination": {"Arn": ARCHIVE}}, "Must contain an event bus ARN"),
        ({"ReplayName": "no spaces"}, "failed to satisfy constraint"),
    ],
)
def test_a_replay_that_cannot_be_is_refused(events: Any, given: dict[str, Any], said: str):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)
    asked = {
        "ReplayName": "again",
        "EventSourceArn": ARCHIVE,
        "EventStartTime": START,
        "EventEndTime": START + timedelta(days=1),
        "Destination": {"Arn": BUS},
    }

    with pytest.raises(ClientError, match=said):
        events.start_replay(**asked | given)


def test_archives_are_listed_by_their_source(events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    assert [each["ArchiveName"] for each in events.list_archives(EventSourceArn=BUS)["Archives"]] == ["all"]
    assert events.list_archives(NamePrefix="x")["Archives"] == []
    with pytest.raises(ClientError, match="At most one filter is allowed for ListArchives"):
        events.list_archives(NamePrefix="x", EventSourceArn=BUS)
    with pytest.raises(ClientError, match=r"Archive all already exists\."):
        events.create_archive(ArchiveName="all", EventSourceArn=BUS)


def test_the_name_of_an_archive_has_at_most_48_characters(events: Any):
    events.create_archive(ArchiveName="a" * 48, EventSourceArn=BUS)

    with pytest.raises(ClientError, match="less than or equal to 48"):
        events.create_archive(ArchiveName="a" * 49, EventSourceArn=BUS)


def test_an_update_changes_what_is_kept_from_then_on(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, Description="first")
    publish(plane, events, "Before")

    events.update_archive(ArchiveName="all", EventPattern='{"detail-type": ["Kept"]}', RetentionDays=3)
    publish(plane, events, "Dropped")
    publish(plane, events, "Kept")

    shown = events.describe_archive(ArchiveName="all")
    assert (shown["EventCount"], shown["RetentionDays"], shown["Description"]) == (2, 3, "first")
    assert json.loads(shown["EventPattern"]) == {"detail-type": ["Kept"]}


def test_a_deleted_archive_keeps_nothing_more(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS)

    events.delete_archive(ArchiveName="all")
    publish(plane, events)

    assert plane.ledger.find("events", "archive") == []
    with pytest.raises(ClientError, match=r"Archive all does not exist\."):
        events.describe_archive(ArchiveName="all")


def test_an_archive_shows_the_managed_rule_that_feeds_it(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, EventPattern=PATTERN)

    [rule] = events.list_rules(NamePrefix="Events-Archive-")["Rules"]

    assert rule["Name"] == "Events-Archive-all"
    assert rule["ManagedBy"] == "prod.vhs.events.aws.internal"
    assert json.loads(rule["EventPattern"]) == {**json.loads(PATTERN), "replay-name": [{"exists": False}]}
    [target] = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert target["Arn"] == "arn:aws:events:us-east-1:::"
    with pytest.raises(ClientError, match="ManagedRuleException"):
        events.disable_rule(Name=rule["Name"])
    publish(plane, events)
    assert events.describe_archive(ArchiveName="all")["EventCount"] == 1
    events.delete_archive(ArchiveName="all")
    assert events.list_rules(NamePrefix="Events-Archive-")["Rules"] == []


def test_an_archive_of_a_template_is_changed_in_place_and_removed(plane: Plane, events: Any):
    def wanted(**more: Any) -> Resource:
        properties = {"SourceArn": BUS, **more}
        return Resource("stack", "All", "AWS::Events::Archive", properties, "stack-All-1")

    first = wanted(Description="first", RetentionDays="7")
    made = Made(first, plane.makers.make(first))
    publish(plane, events)
    second = wanted(EventPattern={"source": ["omnibus.orders"]})
    made = Made(second, plane.rooms["events"].update_made_archive(second, made))

    shown = events.describe_archive(ArchiveName=made.ref)
    assert (shown["EventCount"], shown["RetentionDays"]) == (1, 0)
    assert "Description" not in shown
    plane.rooms["events"].remove_archive(made)
    assert events.list_archives()["Archives"] == []


def test_an_archived_event_can_be_found_until_its_retention_ends(plane: Plane, events: Any):
    events.create_archive(ArchiveName="all", EventSourceArn=BUS, RetentionDays=1)
    publish(plane, events)
    [hop] = plane.ledger.find("events", "archive")

    [place] = plane.rooms["events"].whereabouts(hop.event_id)

    assert (place.resource, place.state, place.until) == (ARCHIVE, "archived", START.timestamp() + 86_400)
    plane.engine.advance(timedelta(days=1))
    assert list(plane.rooms["events"].whereabouts(hop.event_id)) == []

"""Replays: what comes again, to whom, and how they are described."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from tests.local.archives.cases import ARCHIVE, BUS, START, publish, replay, sent


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

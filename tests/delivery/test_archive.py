"""EventBridge archives and replays (EventBridge user guide, "Archiving and replaying events"; API reference)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue

# AWS asks to allow some ten minutes before an event that was sent is in its archive.
SETTLED = 900


class Case:
    """A bus with an archive, and a rule that sends everything from "case.archive" to a queue."""

    def __init__(self, aws: Aws, **archive: Any) -> None:
        self.aws, self.events, self.queue = aws, aws.client("events"), aws.queue()
        self.bus = aws.bus()
        self.bus_arn = self.events.describe_event_bus(Name=self.bus)["Arn"]
        self.rule_arn = self.rule(self.queue)
        self.archive = aws.name()
        made = self.events.create_archive(ArchiveName=self.archive, EventSourceArn=self.bus_arn, **archive)
        self.archive_arn = made["ArchiveArn"]
        aws.wait(SETTLED)

    def rule(self, queue: Queue) -> str:
        name = self.aws.name()
        put = self.events.put_rule(Name=name, EventBusName=self.bus, EventPattern='{"source": ["case.archive"]}')
        self.events.put_targets(Rule=name, EventBusName=self.bus, Targets=[{"Id": "queue", "Arn": queue.arn}])
        return str(put["RuleArn"])

    def publish(self, number: int, at: float | None = None) -> None:
        time = {} if at is None else {"Time": datetime.fromtimestamp(at, UTC)}
        detail = json.dumps({"n": number})
        entry = {"EventBusName": self.bus, "Source": "case.archive", "DetailType": f"T{number % 2}", "Detail": detail}
        self.events.put_events(Entries=[{**entry, **time}])

    def replay(self, begin: float, end: float, **destination: Any) -> str:
        name = self.aws.name()
        self.events.start_replay(
            ReplayName=name,
            EventSourceArn=self.archive_arn,
            EventStartTime=datetime.fromtimestamp(begin, UTC),
            EventEndTime=datetime.fromtimestamp(end, UTC),
            Destination={"Arn": self.bus_arn, **destination},
        )
        return name

    def numbers(self) -> list[int]:
        return sorted(event["detail"]["n"] for event in self.queue.documents())


def test_replayed_events_are_sent_to_the_bus_again_with_the_name_of_the_replay(aws: Aws):
    case = Case(aws)
    begin = aws.now()
    case.publish(1)
    aws.wait(SETTLED)
    [before] = case.queue.documents()

    name = case.replay(begin - 60, aws.now())
    aws.wait(SETTLED)

    assert case.queue.documents() == [{**before, "replay-name": name}]
    assert case.events.describe_replay(ReplayName=name)["State"] == "COMPLETED"


def test_only_events_that_occurred_between_the_start_and_end_time_are_replayed(aws: Aws):
    case = Case(aws)
    now = aws.now()
    for number, at in ((1, now - 7200), (2, now - 3600), (3, now)):
        case.publish(number, at)
    aws.wait(SETTLED)
    case.queue.bodies()

    case.replay(now - 5400, now - 1800)
    aws.wait(SETTLED)

    assert case.numbers() == [2]


def test_events_of_an_earlier_minute_are_replayed_before_those_of_a_later_one(aws: Aws):
    case = Case(aws)
    now = aws.now()
    for number, at in ((3, now), (1, now - 1200), (2, now - 600)):
        case.publish(number, at)
    aws.wait(SETTLED)
    case.queue.bodies()

    case.replay(now - 3600, now + 60)
    aws.wait(SETTLED)

    assert [event["detail"]["n"] for event in case.queue.documents()] == [1, 2, 3]


def test_replayed_events_are_not_sent_to_an_archive(aws: Aws):
    case = Case(aws)
    begin = aws.now()
    case.publish(1)
    aws.wait(SETTLED)
    case.replay(begin - 60, aws.now())
    aws.wait(SETTLED)
    case.queue.bodies()

    case.replay(begin - 60, aws.now())
    aws.wait(SETTLED)

    assert case.numbers() == [1]


def test_a_pattern_filters_the_events_that_are_sent_to_the_archive(aws: Aws):
    case = Case(aws, EventPattern='{"detail-type": ["T1"]}')
    begin = aws.now()
    for number in (1, 2, 3):
        case.publish(number)
    aws.wait(SETTLED)
    case.queue.bodies()

    case.replay(begin - 60, aws.now())
    aws.wait(SETTLED)

    assert case.numbers() == [1, 3]


def test_a_replay_can_be_sent_to_chosen_rules_alone(aws: Aws):
    case = Case(aws)
    other = aws.queue()
    case.rule(other)
    begin = aws.now()
    case.publish(1)
    aws.wait(SETTLED)
    case.queue.bodies()
    other.bodies()

    case.replay(begin - 60, aws.now(), FilterArns=[case.rule_arn])
    aws.wait(SETTLED)

    assert case.numbers() == [1]
    assert other.bodies() == []


def test_events_can_be_replayed_only_to_the_bus_that_was_archived(aws: Aws):
    case = Case(aws)
    other = aws.client("events").describe_event_bus(Name=aws.bus())["Arn"]

    with pytest.raises(ClientError, match="Cross event bus replay is not permitted"):
        case.replay(aws.now() - 60, aws.now(), Arn=other)


def test_events_are_retained_for_the_days_of_the_archive(aws: Aws):
    case = Case(aws, RetentionDays=1)
    begin = aws.now()
    case.publish(1)
    aws.wait(timedelta(days=3).total_seconds())
    case.queue.bodies()

    case.replay(begin - 60, aws.now())
    aws.wait(SETTLED)

    assert case.queue.bodies() == []


def test_an_archive_is_fed_by_a_managed_rule_of_its_bus(aws: Aws):
    case = Case(aws)

    rules = case.events.list_rules(EventBusName=case.bus, NamePrefix="Events-Archive-")["Rules"]

    assert [rule["Name"] for rule in rules] == [f"Events-Archive-{case.archive}"]
    assert json.loads(rules[0]["EventPattern"]) == {"replay-name": [{"exists": False}]}


def test_the_end_of_a_replay_must_be_after_its_start(aws: Aws):
    case = Case(aws)

    with pytest.raises(ClientError, match="EventStartTime must be before EventEndTime"):
        case.replay(aws.now(), aws.now() - 60)


def test_an_archive_that_is_deleted_cannot_be_replayed(aws: Aws):
    case = Case(aws)
    case.events.delete_archive(ArchiveName=case.archive)

    with pytest.raises(ClientError, match="does not exist"):
        case.replay(aws.now() - 60, aws.now())

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"


class MemorySqs:
    """Keeps what is sent."""

    service = "sqs"

    def __init__(self, _: Plane) -> None:
        self.sent: list[Params] = []

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        self.sent.append(params)
        return {"MessageId": str(len(self.sent))}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemorySqs)


@pytest.fixture
def events(plane: Plane) -> Any:
    return boto3.client("events", region_name=plane.region)


def entry(**changes: Any) -> dict[str, Any]:
    given = {"Source": "omnibus.orders", "DetailType": "OrderPlaced.v1", "Detail": '{"data": {"n": 1}}', **changes}
    return {name: value for name, value in given.items() if value is not None}


def everything_to_queue(events: Any, bus: str = "default") -> None:
    events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": [{"prefix": ""}]}')
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": QUEUE}])


def test_an_event_reaches_its_target_in_the_envelope_of_eventbridge(plane: Plane, events: Any):
    everything_to_queue(events)

    answer = events.put_events(Entries=[entry(Resources=["arn:aws:s3:::b"])])
    plane.engine.run_until_idle()

    assert answer["FailedEntryCount"] == 0
    (message,) = plane.rooms["sqs"].sent
    assert message["QueueUrl"] == "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    assert list(json.loads(message["MessageBody"]).items()) == [
        ("version", "0"),
        ("id", answer["Entries"][0]["EventId"]),
        ("detail-type", "OrderPlaced.v1"),
        ("source", "omnibus.orders"),
        ("account", "123456789012"),
        ("time", "2026-01-01T00:00:00Z"),
        ("region", "us-east-1"),
        ("resources", ["arn:aws:s3:::b"]),
        ("detail", {"data": {"n": 1}}),
    ]


def test_put_events_answers_before_anything_is_delivered(plane: Plane, events: Any):
    everything_to_queue(events)

    events.put_events(Entries=[entry()])

    assert plane.rooms["sqs"].sent == []


@pytest.mark.parametrize(
    "time", [datetime(2025, 12, 31, 23, 59, 58, 999, tzinfo=UTC), 1767225598, "2025-12-31T23:59:58Z"]
)
def test_a_publisher_may_give_the_time(plane: Plane, events: Any, time: Any):
    everything_to_queue(events)

    events.put_events(Entries=[entry(Time=time)])
    plane.engine.run_until_idle()

    assert json.loads(plane.rooms["sqs"].sent[0]["MessageBody"])["time"] == "2025-12-31T23:59:58Z"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"Source": None}, "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."),
        (
            {"DetailType": None},
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ),
        ({"Detail": None}, "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."),
        ({"Detail": "not json"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "[1]"}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "aws.ec2"}, "NotAuthorizedForSourceException", "Not authorized for the source."),
    ],
)
def test_a_refused_entry_fails_alone(plane: Plane, events: Any, changes: dict[str, Any], code: str, message: str):
    everything_to_queue(events)

    answer = events.put_events(Entries=[entry(**changes), entry()])
    plane.engine.run_until_idle()

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": code, "ErrorMessage": message}
    assert "EventId" in answer["Entries"][1]
    assert len(plane.rooms["sqs"].sent) == 1


def test_a_request_holds_at_most_ten_entries(events: Any):
    with pytest.raises(ClientError, match="less than or equal to 10"):
        events.put_events(Entries=[entry()] * 11)


def test_a_request_holds_less_than_a_megabyte_counted_as_aws_counts(events: Any):
    around = len('{"x":""}') + len("s") + len("t") + len("é".encode()) + 14
    largest = entry(
        Source="s", DetailType="t", Detail=f'{{"x":"{"a" * (1024 * 1024 - 2 - around)}"}}', Resources=["é"], Time=0
    )

    assert events.put_events(Entries=[{**largest, "Resources": ["éa"]}])["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="Total size of the entries in the request is over the limit"):
        events.put_events(Entries=[{**largest, "Resources": ["éé"]}])


def test_an_event_to_an_unknown_bus_is_taken_and_dropped_loudly(plane: Plane, events: Any):
    answer = events.put_events(Entries=[entry(EventBusName="nowhere", Detail='{"metadata": {"event_id": "e1"}}')])
    plane.engine.run_until_idle()

    assert answer["FailedEntryCount"] == 0
    (hop,) = plane.ledger.find("events", "PutEvents", "dropped")
    assert (hop.resource, hop.event_id) == ("nowhere", "e1")


def test_the_ledger_follows_an_event_by_the_id_in_its_metadata(plane: Plane, events: Any):
    everything_to_queue(events)

    events.put_events(Entries=[entry(Detail='{"metadata": {"event_id": "e1"}}')])
    plane.engine.run_until_idle()

    assert [(hop.action, hop.resource, hop.outcome) for hop in plane.ledger.of("e1")] == [
        ("PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/default", "ok"),
        ("match", "arn:aws:events:us-east-1:123456789012:rule/all", "ok"),
        ("deliver", QUEUE, "ok"),
    ]


def test_an_event_travels_from_one_bus_to_another_as_it_is(plane: Plane, events: Any):
    second = events.create_event_bus(Name="second")["EventBusArn"]
    events.put_rule(Name="on", EventPattern='{"source": ["omnibus.orders"]}')
    events.put_targets(Rule="on", Targets=[{"Id": "bus", "Arn": second}])
    everything_to_queue(events, bus="second")

    answer = events.put_events(Entries=[entry()])
    plane.engine.run_until_idle()

    assert json.loads(plane.rooms["sqs"].sent[0]["MessageBody"])["id"] == answer["Entries"][0]["EventId"]

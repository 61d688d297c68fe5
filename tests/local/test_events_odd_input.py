"""What nobody should send, and somebody will: refused, or delivered, and never a crash of the plane."""

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
from bus.local.sqs import SqsRoom

SQS = "arn:aws:sqs:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/events"
DEEP = "[" * 5000 + "]" * 5000
KEY = {"ApiKeyName": "key", "ApiKeyValue": "secret"}


class MemoryKinesis:
    """Keeps the partition keys."""

    service = "kinesis"

    def __init__(self, _: Plane) -> None:
        self.keys: list[str] = []

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        self.keys.append(params["PartitionKey"])
        return {}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    plane = plane_with(EventsRoom, SqsRoom, MemoryKinesis)
    plane.call("sqs", "CreateQueue", QueueName="queue")
    return plane


@pytest.fixture
def events(plane: Plane) -> Any:
    events = boto3.client("events", region_name=plane.region)
    events.put_rule(Name="rule", EventPattern='{"source": ["s"]}')
    return events


def target(events: Any, arn: str = SQS + "queue", **more: Any) -> None:
    events.put_targets(Rule="rule", Targets=[{"Id": "t", "Arn": arn, **more}])


def put(plane: Plane, events: Any, **more: Any) -> dict[str, str]:
    (result,) = events.put_events(Entries=[{"Source": "s", "DetailType": "T", "Detail": "{}", **more}])["Entries"]
    plane.engine.run_until_idle()
    return dict(result)


def outcomes(plane: Plane) -> list[str]:
    return [hop.outcome for hop in plane.ledger.find("events", "deliver")]


@pytest.mark.parametrize("more", [{"Input": DEEP}, {"Input": "NaN"}, {"InputTransformer": {"InputTemplate": DEEP}}])
def test_a_target_with_an_input_that_is_no_json_is_refused(events: Any, more: dict[str, Any]):
    with pytest.raises(ClientError, match="ValidationException"):
        target(events, **more)


def test_an_event_to_test_may_not_be_nested_without_end(events: Any):
    with pytest.raises(ClientError, match="Parameter Event is not valid"):
        events.test_event_pattern(EventPattern='{"source": ["s"]}', Event=DEEP)


def test_a_transformer_takes_a_detail_as_deep_as_aws_does(plane: Plane, events: Any):
    detail = '{"a":' * 1000 + "1" + "}" * 1000
    target(events, InputTransformer={"InputPathsMap": {"all": "$.detail"}, "InputTemplate": '{"all":<all>}'})

    put(plane, events, Detail=detail)

    url = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    (message,) = plane.call("sqs", "ReceiveMessage", QueueUrl=url)["Messages"]
    assert message["Body"] == f'{{"all":{detail}}}'


@pytest.mark.parametrize(
    "more", [{"Source": "\ud800"}, {"DetailType": "\ud800"}, {"Resources": ["\ud800"]}, {"TraceHeader": "\ud800"}]
)
def test_an_entry_that_is_no_unicode_fails_alone(plane: Plane, events: Any, more: dict[str, Any]):
    assert put(plane, events, **more)["ErrorCode"] == "InvalidArgument"


@pytest.mark.parametrize("metadata", [None, 5, {"event_id": ""}, {"event_id": 5}])
def test_an_event_without_an_id_of_its_own_is_followed_by_that_of_eventbridge(plane: Plane, events: Any, metadata: Any):
    target(events)

    result = put(plane, events, Detail=json.dumps({"metadata": metadata}))

    actions = [hop.action for hop in plane.ledger.of(result["EventId"])]
    assert actions == ["PutEvents", "match", "SendMessage", "deliver"]


def test_a_queue_of_an_impossible_name_is_one_that_does_not_exist(plane: Plane, events: Any):
    target(events, SQS + "a:b")

    put(plane, events)

    assert outcomes(plane) == ["lost"]


@pytest.mark.parametrize("arn", ["arn:aws:sqs:x", SQS + "dead.fifo", SQS + "a:b", "arn:aws:sns:us-east-1:1:x:sqs:"])
def test_a_dead_letter_queue_is_a_standard_queue(events: Any, arn: str):
    with pytest.raises(ClientError, match="A dead-letter queue is a standard SQS queue"):
        target(events, DeadLetterConfig={"Arn": arn})


def test_an_event_from_before_the_year_1000_is_archived_and_replayed_by_its_time(plane: Plane, events: Any):
    bus = events.describe_event_bus()["Arn"]
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    put(plane, events, Time=datetime(500, 1, 1, tzinfo=UTC))

    span = {"EventStartTime": datetime(499, 1, 1, tzinfo=UTC), "EventEndTime": datetime(501, 1, 1, tzinfo=UTC)}
    events.start_replay(ReplayName="again", EventSourceArn=archive, Destination={"Arn": bus}, **span)
    plane.engine.run_until_idle()

    assert events.describe_replay(ReplayName="again")["State"] == "COMPLETED"
    assert len(plane.ledger.find("events", "replay")) == 1


def test_a_partition_key_that_is_no_text_is_written_as_json(plane: Plane, events: Any):
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/events"
    target(events, arn, RoleArn=ROLE, KinesisParameters={"PartitionKeyPath": "$.detail.key"})

    for key in (True, {"a": None}, "text"):
        put(plane, events, Detail=json.dumps({"key": key}))

    assert plane.rooms["kinesis"].keys == ["true", '{"a":null}', "text"]


def test_a_private_authorization_endpoint_is_refused_and_not_passed_over(events: Any):
    arn = "arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef0"
    private = {"ResourceParameters": {"ResourceConfigurationArn": arn}}

    with pytest.raises(ClientError, match="the parameter ConnectivityParameters"):
        events.create_connection(
            Name="private",
            AuthorizationType="API_KEY",
            AuthParameters={"ApiKeyAuthParameters": KEY, "ConnectivityParameters": private},
        )


def test_a_target_stays_as_it_was_put_whatever_its_caller_does_with_his_own(events: Any):
    given = {"Id": "t", "Arn": SQS + "queue", "DeadLetterConfig": {"Arn": SQS + "dead"}}
    events.put_targets(Rule="rule", Targets=[given])
    given["Arn"] = "elsewhere"
    events.list_targets_by_rule(Rule="rule")["Targets"][0]["DeadLetterConfig"]["Arn"] = "elsewhere"

    (kept,) = events.list_targets_by_rule(Rule="rule")["Targets"]

    assert kept == {"Id": "t", "Arn": SQS + "queue", "DeadLetterConfig": {"Arn": SQS + "dead"}}

"""What AWS does and the plane does not is said aloud, whoever asked: nothing retries it, nothing buries it."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedOperationError
from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, only, operation
from bus.local.pipes import PipesRoom
from bus.local.plane import Plane
from bus.local.resources import Resource
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom

STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/nobody"
ROLE = "arn:aws:iam::123456789012:role/events"


class KinesisWithoutPuts:
    """A room that takes no records."""

    service = "kinesis"

    def __init__(self, _: Plane) -> None:
        pass

    @operation("DescribeStreamSummary")
    def describe(self, params: Params) -> Response:
        only("kinesis:DescribeStreamSummary", params, ("StreamARN",))
        return {"StreamDescriptionSummary": {}}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(SqsRoom, SnsRoom, EventsRoom, PipesRoom, KinesisWithoutPuts)


@pytest.fixture
def source(plane: Plane) -> str:
    """The URL of a queue that a pipe reads into the stream."""
    url: str = boto3.client("sqs").create_queue(QueueName="source")["QueueUrl"]
    parameters = {"KinesisStreamParameters": {"PartitionKey": "one"}}
    properties = {"Source": plane.arn("sqs", "source"), "Target": STREAM, "TargetParameters": parameters}
    plane.makers.make(Resource("stack", "Pipe", "AWS::Pipes::Pipe", properties, "stack-Pipe"))
    return url


@pytest.fixture
def rule(plane: Plane) -> str:
    """A rule that sends everything to the stream."""
    events: Any = boto3.client("events")
    events.put_rule(Name="everything", EventPattern='{"source": [{"exists": true}]}')
    events.put_targets(Rule="everything", Targets=[{"Id": "stream", "Arn": STREAM, "RoleArn": ROLE}])
    return plane.arn("events", "rule/everything")


def test_a_parameter_that_no_room_knows_is_refused_by_name(plane: Plane):
    with pytest.raises(UnsupportedOperationError, match="the parameter StreamId of kinesis:DescribeStreamSummary"):
        plane.call("kinesis", "DescribeStreamSummary", StreamARN=STREAM, StreamId="1")


def test_a_client_hears_of_a_gap_as_of_any_error(plane: Plane):
    with pytest.raises(ClientError) as refused:
        boto3.client("kinesis").list_streams()

    assert refused.value.response["Error"] == {
        "Code": "UnsupportedOperation",
        "Message": "the local event plane does not do kinesis:ListStreams yet",
    }
    assert len(plane.ledger) == 0


def test_a_pipe_does_not_retry_a_gap(plane: Plane, source: str):
    boto3.client("sqs").send_message(QueueUrl=source, MessageBody="news")

    with pytest.raises(UnsupportedOperationError, match="kinesis:PutRecords"):
        plane.engine.run_until_idle()

    assert plane.ledger.find("pipes", "deliver") == []


@pytest.mark.usefixtures("rule")
def test_a_rule_does_not_retry_a_gap(plane: Plane):
    boto3.client("events").put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}"}])

    with pytest.raises(UnsupportedOperationError, match="kinesis:PutRecord"):
        plane.engine.run_until_idle()

    assert plane.ledger.find("events", "deliver") == []


@pytest.mark.usefixtures("plane")
def test_a_list_begins_at_no_token_but_its_own():
    with pytest.raises(ClientError, match="Parameter NextToken is not valid"):
        boto3.client("events").list_rules(NextToken="elsewhere")

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import AwsError
from bus.local.events import EventsRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:123456789012:{resource}"


class Memory:
    """A service that keeps its calls, and raises the next of `errors` instead while there are any."""

    def __init__(self, _: Plane) -> None:
        self.calls: list[Params] = []
        self.errors: list[AwsError] = []

    def take(self, params: Params) -> Response:
        self.calls.append(params)
        if self.errors:
            raise self.errors.pop(0)
        return {}


class MemorySqs(Memory):
    service = "sqs"
    send = operation("SendMessage")(lambda self, params: self.take(params))


class MemoryLambda(Memory):
    service = "lambda"
    invoke = operation("Invoke")(lambda self, params: self.take(params))


class MemorySns(Memory):
    service = "sns"
    publish = operation("Publish")(lambda self, params: self.take(params))


class MemoryKinesis(Memory):
    service = "kinesis"
    put = operation("PutRecord")(lambda self, params: self.take(params))


class MemoryFirehose(Memory):
    service = "firehose"
    put = operation("PutRecord")(lambda self, params: self.take(params))


FUNCTION = arn("lambda", "function:on-order")
DEAD = arn("sqs", "dead")
ROLE = "arn:aws:iam::123456789012:role/events"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemorySqs, MemoryLambda, MemorySns, MemoryKinesis, MemoryFirehose)


@pytest.fixture
def events(plane: Plane) -> Any:
    client = boto3.client("events", region_name=plane.region)
    client.put_rule(Name="rule", EventPattern='{"source": ["omnibus.orders"]}')
    return client


def publish(plane: Plane, events: Any, **detail: Any) -> str:
    entry = {"Source": "omnibus.orders", "DetailType": "T", "Detail": json.dumps(detail)}
    event_id = events.put_events(Entries=[entry])["Entries"][0]["EventId"]
    plane.engine.run_until_idle()
    return str(event_id)


def target(events: Any, arn: str, **more: Any) -> None:
    events.put_targets(Rule="rule", Targets=[{"Id": "target", "Arn": arn, **more}])


def test_each_service_receives_the_event_by_its_own_operation(plane: Plane, events: Any):
    targets = {
        "lambda": FUNCTION,
        "sqs": arn("sqs", "orders.fifo"),
        "sns": arn("sns", "news"),
        "kinesis": arn("kinesis", "stream/all"),
        "firehose": arn("firehose", "deliverystream/lake"),
    }
    parameters: dict[str, Any] = {
        "sqs": {"SqsParameters": {"MessageGroupId": "orders"}},
        "kinesis": {"KinesisParameters": {"PartitionKeyPath": "$.detail.order"}, "RoleArn": ROLE},
        "firehose": {"RoleArn": ROLE},
    }
    events.put_targets(
        Rule="rule", Targets=[{"Id": name, "Arn": where, **parameters.get(name, {})} for name, where in targets.items()]
    )

    publish(plane, events, order="o-1")

    calls = {name: plane.rooms[name].calls[0] for name in targets}
    text = calls["sqs"]["MessageBody"]
    assert calls == {
        "lambda": {"FunctionName": FUNCTION, "InvocationType": "Event", "Payload": text.encode()},
        "sqs": {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders.fifo",
            "MessageBody": text,
            "MessageGroupId": "orders",
        },
        "sns": {"TopicArn": targets["sns"], "Message": text},
        "kinesis": {"StreamARN": targets["kinesis"], "Data": text.encode(), "PartitionKey": "o-1"},
        "firehose": {"DeliveryStreamName": "lake", "Record": {"Data": text.encode()}},
    }


def test_a_target_that_throttles_is_tried_again_later_and_later(plane: Plane, events: Any):
    target(events, FUNCTION)
    plane.rooms["lambda"].errors = [AwsError("TooManyRequestsException", "slow down", status=429)] * 5

    publish(plane, events)

    hops = plane.ledger.find("events", "deliver")
    waits = [later.at - earlier.at for earlier, later in pairwise(hops)]
    assert [(hop.outcome, hop.attempt) for hop in hops] == [*(("retry", n) for n in range(1, 6)), ("ok", 6)]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))


@pytest.mark.parametrize(
    ("policy", "attempts", "condition"),
    [
        ({"MaximumRetryAttempts": 2}, 3, "MaximumRetryAttempts"),
        ({"MaximumRetryAttempts": 0}, 1, "MaximumRetryAttempts"),
        ({"MaximumEventAgeInSeconds": 60}, None, "MaximumEventAgeInSeconds"),
        ({}, 186, "MaximumRetryAttempts"),
    ],
)
def test_an_exhausted_retry_policy_ends_in_the_dead_letter_queue(
    plane: Plane, events: Any, policy: dict[str, int], attempts: int | None, condition: str
):
    target(events, FUNCTION, RetryPolicy=policy, DeadLetterConfig={"Arn": DEAD})
    plane.rooms["lambda"].errors = [AwsError("ServiceException", "down", status=500)] * 200

    event_id = publish(plane, events, order="o-1")

    made = len(plane.rooms["lambda"].calls)
    (letter,) = plane.rooms["sqs"].calls
    assert made == attempts or (attempts is None and 5 <= made <= 8)
    assert letter["QueueUrl"] == "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
    assert json.loads(letter["MessageBody"])["id"] == event_id
    assert {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()} == {
        "RULE_ARN": arn("events", "rule/rule"),
        "TARGET_ARN": FUNCTION,
        "ERROR_CODE": "ERROR_FROM_TARGET",
        "ERROR_MESSAGE": "down",
        "EXHAUSTED_RETRY_CONDITION": condition,
        "RETRY_ATTEMPTS": str(made - 1),
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AwsError("ResourceNotFoundException", "no such function", status=404), "NO_RESOURCE"),
        (AwsError("AWS.SimpleQueueService.NonExistentQueue", "no such queue"), "NO_RESOURCE"),
        (AwsError("AccessDeniedException", "not yours", status=403), "NO_PERMISSIONS"),
    ],
)
def test_a_missing_target_or_permission_goes_straight_to_the_dead_letters(
    plane: Plane, events: Any, error: AwsError, code: str
):
    target(events, FUNCTION, DeadLetterConfig={"Arn": DEAD})
    plane.rooms["lambda"].errors = [error]

    publish(plane, events)

    (letter,) = plane.rooms["sqs"].calls
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == code
    assert letter["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in letter["MessageAttributes"]
    assert [hop.outcome for hop in plane.ledger.find("events", "deliver")] == ["dead-letter"]


def test_an_event_without_a_dead_letter_queue_is_lost_loudly(plane: Plane, events: Any):
    target(events, FUNCTION)
    plane.rooms["lambda"].errors = [AwsError("ResourceNotFoundException", "no such function", status=404)]

    publish(plane, events, metadata={"event_id": "e1"})

    (hop,) = plane.ledger.find("events", "deliver", "lost")
    assert (hop.event_id, hop.resource, hop.note) == ("e1", FUNCTION, "NO_RESOURCE: no such function")


def test_an_event_that_its_dead_letter_queue_refuses_is_lost_loudly(plane: Plane, events: Any):
    target(events, FUNCTION, DeadLetterConfig={"Arn": DEAD})
    missing = AwsError("ResourceNotFoundException", "gone", status=404)
    plane.rooms["lambda"].errors, plane.rooms["sqs"].errors = [missing], [missing]

    publish(plane, events)

    assert len(plane.ledger.find("events", "deliver", "lost")) == 1


def test_two_runs_with_one_seed_write_one_ledger(plane_with: Callable[..., Plane]):
    def run() -> str:
        plane = plane_with(EventsRoom, MemorySqs, MemoryLambda, seed=7)
        events = boto3.client("events")
        events.put_rule(Name="rule", EventPattern='{"source": ["omnibus.orders"]}')
        target(events, FUNCTION)
        plane.rooms["lambda"].errors = [AwsError("ServiceException", "down", status=500)] * 3
        publish(plane, events)
        return plane.ledger.digest()

    assert run() == run()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"Arn": arn("batch", "job-queue/q")}, "targets of the service batch"),
        ({"Arn": arn("events", "endpoint/e")}, "Provided Arn is not in correct format"),
        ({"Arn": arn("states", "stateMachine:m")}, "RoleArn is required for target arn:aws:states"),
        ({"Arn": arn("kinesis", "stream/s")}, "RoleArn is required for target arn:aws:kinesis"),
        ({"Arn": arn("sqs", "orders.fifo")}, r"Parameter\(s\) SqsParameters must be specified for target: target\."),
        ({"Arn": arn("sns", "news.fifo")}, "FIFO topics are not supported"),
        ({"Arn": FUNCTION, "SqsParameters": {"MessageGroupId": "g"}}, r"Parameter\(s\) SqsParameters not valid"),
        ({"Arn": "arn:aws:events:eu-west-1:123456789012:event-bus/b"}, "event buses of other accounts and Regions"),
        ({"Arn": "not an arn"}, "Provided Arn is not in correct format"),
        ({"Arn": FUNCTION, "EcsParameters": {"TaskDefinitionArn": "t"}}, "does not do the parameter EcsParameters"),
        ({"Arn": FUNCTION, "Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath, or InputTransformer"),
        ({"Arn": FUNCTION, "DeadLetterConfig": {"Arn": DEAD + ".fifo"}}, "standard SQS queue"),
        (
            {"Arn": FUNCTION, "RetryPolicy": {"MaximumRetryAttempts": 186}},
            "Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts'.* less than or equal to 185",
        ),
    ],
)
def test_a_target_that_the_plane_cannot_serve_is_a_clear_error(events: Any, spec: dict[str, Any], message: str):
    with pytest.raises(ClientError, match=message):
        events.put_targets(Rule="rule", Targets=[{"Id": "target", **spec}])

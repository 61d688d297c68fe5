"""Targets that are not queues, and what each is sent."""

import json
from collections.abc import Callable
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
    """A service that keeps its calls by operation, and raises the next of `errors` instead while there are any."""

    def __init__(self, _: Plane) -> None:
        self.calls: list[tuple[str, Params]] = []
        self.errors: list[AwsError] = []
        self.answers: dict[str, Response] = {}

    def take(self, name: str, params: Params) -> Response:
        self.calls.append((name, params))
        if self.errors:
            raise self.errors.pop(0)
        return self.answers.get(name, {})


class MemoryStates(Memory):
    service = "stepfunctions"
    start = operation("StartExecution")(lambda self, params: self.take("StartExecution", params))


class MemoryLogs(Memory):
    service = "logs"
    create = operation("CreateLogStream")(lambda self, params: self.take("CreateLogStream", params))
    put = operation("PutLogEvents")(lambda self, params: self.take("PutLogEvents", params))


class MemoryLambda(Memory):
    service = "lambda"
    invoke = operation("Invoke")(lambda self, params: self.take("Invoke", params))


class MemorySqs(Memory):
    service = "sqs"
    send = operation("SendMessage")(lambda self, params: self.take("SendMessage", params))


MACHINE = arn("states", "stateMachine:fulfil")
GROUP = arn("logs", "log-group:/aws/events/all:*")
ROLE = "arn:aws:iam::123456789012:role/events"
DEAD = arn("sqs", "dead")


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, MemoryStates, MemoryLogs, MemoryLambda, MemorySqs)


@pytest.fixture
def events(plane: Plane) -> Any:
    client = boto3.client("events", region_name=plane.region)
    client.put_rule(Name="rule", EventPattern='{"source": ["omnibus.orders"]}')
    return client


def target(events: Any, where: str, **more: Any) -> None:
    events.put_targets(Rule="rule", Targets=[{"Id": "target", "Arn": where, "DeadLetterConfig": {"Arn": DEAD}, **more}])


def publish(plane: Plane, **detail: Any) -> str:
    entry = {"Source": "omnibus.orders", "DetailType": "T", "Detail": json.dumps(detail), "Time": 1_767_225_600}
    answer = plane.call("events", "PutEvents", Entries=[entry])
    plane.engine.run_until_idle()
    return str(answer["Entries"][0]["EventId"])


def dead_letter(plane: Plane) -> tuple[str, str]:
    ((_, letter),) = plane.rooms["sqs"].calls
    attributes = letter["MessageAttributes"]
    return attributes["ERROR_CODE"]["StringValue"], attributes["RETRY_ATTEMPTS"]["StringValue"]


def template(text: str, /, **paths: str) -> dict[str, Any]:
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": text}}


def test_an_execution_of_a_state_machine_is_started_with_a_name_of_its_own(plane: Plane, events: Any):
    target(events, MACHINE, RoleArn=ROLE)

    ids = [publish(plane, order=1), publish(plane, order=1)]

    started = [params for _, params in plane.rooms["stepfunctions"].calls]
    assert [params["name"][:36] for params in started] == ids
    assert {params["stateMachineArn"] for params in started} == {MACHINE}
    assert json.loads(started[0]["input"])["detail"] == {"order": 1}


def test_too_many_executions_are_tried_again_and_a_missing_machine_is_not(plane: Plane, events: Any):
    target(events, MACHINE, RoleArn=ROLE)
    plane.rooms["stepfunctions"].errors = [
        AwsError("ExecutionLimitExceeded", "too many"),
        AwsError("StateMachineDoesNotExist", "gone"),
    ]

    publish(plane)

    assert dead_letter(plane) == ("NO_RESOURCE", "1")


def test_a_log_group_has_a_stream_of_its_own_for_each_target_and_events_at_their_own_time(plane: Plane, events: Any):
    target(events, GROUP)

    publish(plane, order=1)
    publish(plane, order=2)

    calls = plane.rooms["logs"].calls
    assert [name for name, _ in calls] == ["CreateLogStream", "PutLogEvents", "PutLogEvents"]
    assert {params["logGroupName"] for _, params in calls} == {"/aws/events/all"}
    assert len({params["logStreamName"] for _, params in calls}) == 1
    (log_event,) = calls[1][1]["logEvents"]
    assert log_event["timestamp"] == 1_767_225_600_000
    assert json.loads(log_event["message"])["detail"] == {"order": 1}


@pytest.mark.parametrize(
    ("time", "message", "logged"),
    [
        ("$.time", "$.detail.text", {"timestamp": 1_767_225_600_000, "message": "hello"}),
        ("$.detail.at", "$.detail.list", {"timestamp": 5, "message": "[1,2]"}),
    ],
)
def test_a_transformer_may_choose_a_log_events_time_and_message(
    plane: Plane, events: Any, time: str, message: str, logged: dict[str, Any]
):
    target(events, GROUP, **template('{"timestamp": <time>, "message": <message>}', time=time, message=message))

    publish(plane, text="hello", list=[1, 2], at=5)

    assert plane.rooms["logs"].calls[1][1]["logEvents"] == [logged]


def test_what_is_no_log_event_goes_to_the_dead_letters(plane: Plane, events: Any):
    target(events, GROUP, **template('{"timestamp": <text>, "message": <text>}', text="$.detail.text"))

    publish(plane, text="no time")

    assert dead_letter(plane) == ("INVALID_JSON", "0")


@pytest.mark.parametrize("at", [-5, 10**20, "no time", [1], "2026-01-01T00:00:00+99:00"])
def test_a_time_that_no_log_event_may_have_goes_to_the_dead_letters(plane: Plane, events: Any, at: Any):
    paths = {"time": "$.detail.at", "text": "$.source"}
    target(events, GROUP, **template('{"timestamp": <time>, "message": <text>}', **paths))

    publish(plane, at=at)

    assert dead_letter(plane) == ("INVALID_JSON", "0")


def test_a_log_stream_that_was_deleted_is_made_anew(plane: Plane, events: Any):
    target(events, GROUP)
    publish(plane)
    gone = AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    plane.rooms["logs"].errors = [gone]

    publish(plane)

    calls = [name for name, _ in plane.rooms["logs"].calls]
    assert calls == ["CreateLogStream", "PutLogEvents", "PutLogEvents", "CreateLogStream", "PutLogEvents"]
    assert plane.rooms["sqs"].calls == []


@pytest.mark.parametrize(
    "text", ['{"message": <text>}', '"<text>"', '{"timestamp": 1, "message": "a", "more": <text>}']
)
def test_the_template_of_a_log_group_has_a_time_and_a_message_and_no_more(events: Any, text: str):
    with pytest.raises(ClientError, match="A log group takes only"):
        target(events, GROUP, **template(text, text="$.detail.text"))


def test_a_log_event_that_is_rejected_for_its_age_is_not_lost_in_silence(plane: Plane, events: Any):
    target(events, GROUP)
    plane.rooms["logs"].answers["PutLogEvents"] = {"rejectedLogEventsInfo": {"tooOldLogEventEndIndex": 0}}

    publish(plane)

    assert dead_letter(plane) == ("SDK_CLIENT_ERROR", "0")


@pytest.mark.parametrize(("form", "value"), [("Input", "{}"), ("InputPath", "$.detail")])
def test_a_log_group_takes_no_input_but_a_transformed_one(events: Any, form: str, value: str):
    with pytest.raises(ClientError, match="a log group has neither"):
        target(events, GROUP, **{form: value})


@pytest.mark.parametrize(("where", "service"), [(arn("lambda", "function:f"), "lambda"), (MACHINE, "stepfunctions")])
def test_a_target_that_takes_json_alone_is_not_sent_what_is_none(plane: Plane, events: Any, where: str, service: str):
    target(events, where, RoleArn=ROLE, **template('"first <text>"\n"second"', text="$.detail.text"))

    publish(plane, text="line")

    assert plane.rooms[service].calls == []
    assert dead_letter(plane) == ("INVALID_JSON", "0")


def test_a_queue_takes_any_text(plane: Plane, events: Any):
    target(events, arn("sqs", "queue"), **template('"first <text>"\n"second"', text="$.detail.text"))

    publish(plane, text='"line"')

    ((_, sent),) = plane.rooms["sqs"].calls
    assert sent["MessageBody"] == '"first "line""\n"second"'

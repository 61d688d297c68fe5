"""From a target's ARN to the call that delivers a batch to it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.local.arns import service_of
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.parameters import Parameter, compile_parameter
from bus.local.pipes.template import json_or_text
from bus.local.plane import Plane


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event as the target receives it, and as its parameters' paths see it."""

    text: str
    event: PipeEvent


@dataclass(frozen=True, slots=True)
class Refused:
    """What a target did not take: by position in the batch, or by the source's own ids (Lambda only)."""

    positions: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()


Send = Callable[[Sequence[Outgoing]], Refused]
# EventBridge user guide, "Amazon EventBridge Pipes batching and concurrency", supported batchable targets.
MAXIMUM_BATCH = {"events": 10, "sqs": 10, "sns": 10, "kinesis": 500, "lambda": 10_000}
PARAMETERS = {
    "events": "EventBridgeEventBusParameters",
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "lambda": "LambdaFunctionParameters",
}


def compile_send(plane: Plane, arn: str, parameters: Mapping[str, Any], *, pipe: str, source: str) -> Send:
    """How a batch reaches the target; `source` is the service of the pipe's source. Raises AwsError."""
    service = service_of(arn)
    given = parameters.get(PARAMETERS.get(service, ""), {})
    match service:
        case "events":
            return _event_bus(plane, arn, {"Source": f"Pipe {pipe}", "DetailType": f"Event from aws:{source}", **given})
        case "sqs":
            return _queue(plane, arn, given)
        case "sns":
            return _topic(plane, arn)
        case "kinesis":
            return _stream(plane, arn, given)
        case _:
            return _function(plane, arn, given.get("InvocationType", "REQUEST_RESPONSE"))


def _event_bus(plane: Plane, arn: str, given: Mapping[str, Any]) -> Send:
    texts = _compiled({name: given[name] for name in ("Source", "DetailType") if name in given})
    resources = [compile_parameter("Resources", value) for value in given.get("Resources", ())]
    time = compile_parameter("Time", given["Time"]) if "Time" in given else None

    def entry(outgoing: Outgoing) -> dict[str, Any]:
        made: dict[str, Any] = {name: str(read(outgoing.event)) for name, read in texts.items()}
        if resources:
            made["Resources"] = [str(read(outgoing.event)) for read in resources]
        if time is not None:
            made["Time"] = _instant(time(outgoing.event))
        return {**made, "Detail": outgoing.text, "EventBusName": arn}

    def send(batch: Sequence[Outgoing]) -> Refused:
        response = plane.call("events", "PutEvents", Entries=[entry(outgoing) for outgoing in batch])
        return _with_error_codes(response["Entries"])

    return send


def _queue(plane: Plane, arn: str, given: Mapping[str, Any]) -> Send:
    parameters = _compiled(given)
    url = plane.call("sqs", "GetQueueUrl", QueueName=arn.rpartition(":")[2])["QueueUrl"]

    def send(batch: Sequence[Outgoing]) -> Refused:
        entries = [
            {"Id": str(at), "MessageBody": outgoing.text, **_values(parameters, outgoing)}
            for at, outgoing in enumerate(batch)
        ]
        return _failed(plane.call("sqs", "SendMessageBatch", QueueUrl=url, Entries=entries))

    return send


def _topic(plane: Plane, arn: str) -> Send:
    def send(batch: Sequence[Outgoing]) -> Refused:
        entries = [{"Id": str(at), "Message": outgoing.text} for at, outgoing in enumerate(batch)]
        return _failed(plane.call("sns", "PublishBatch", TopicArn=arn, PublishBatchRequestEntries=entries))

    return send


def _stream(plane: Plane, arn: str, given: Mapping[str, Any]) -> Send:
    parameters = _compiled(given)

    def send(batch: Sequence[Outgoing]) -> Refused:
        records = [{"Data": outgoing.text.encode(), **_values(parameters, outgoing)} for outgoing in batch]
        return _with_error_codes(plane.call("kinesis", "PutRecords", StreamARN=arn, Records=records)["Records"])

    return send


def _function(plane: Plane, arn: str, invocation: str) -> Send:
    """Always an array, even of one (EventBridge user guide, batching and concurrency)."""
    type_ = "Event" if invocation == "FIRE_AND_FORGET" else "RequestResponse"

    def send(batch: Sequence[Outgoing]) -> Refused:
        payload = json.dumps([json_or_text(outgoing.text) for outgoing in batch]).encode()
        response = plane.call("lambda", "Invoke", FunctionName=arn, InvocationType=type_, Payload=payload)
        return Refused() if type_ == "Event" else Refused(ids=_reported(answered(response)))

    return send


def answered(response: Mapping[str, Any]) -> Any:
    """What a function answered to Invoke. Raises PipeFailedError for a function error."""
    payload = json.loads(response["Payload"])
    if "FunctionError" in response:
        raise PipeFailedError(f"{payload.get('errorType')}: {payload.get('errorMessage')}")
    return payload


def _reported(answer: Any) -> frozenset[str]:
    if not isinstance(answer, Mapping):
        return frozenset()
    return frozenset(str(item["itemIdentifier"]) for item in answer.get("batchItemFailures") or ())


def _compiled(given: Mapping[str, str]) -> dict[str, Parameter]:
    return {name: compile_parameter(name, value) for name, value in given.items()}


def _values(parameters: Mapping[str, Parameter], outgoing: Outgoing) -> dict[str, str]:
    return {name: str(read(outgoing.event)) for name, read in parameters.items()}


def _with_error_codes(entries: Sequence[Mapping[str, Any]]) -> Refused:
    return Refused(frozenset(at for at, entry in enumerate(entries) if entry.get("ErrorCode")))


def _failed(response: Mapping[str, Any]) -> Refused:
    return Refused(frozenset(int(entry["Id"]) for entry in response.get("Failed", ())))


def _instant(value: Any) -> datetime:
    """An instant of the event: epoch seconds or RFC 3339."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise PipeFailedError(f"Time: {value} is no instant") from error

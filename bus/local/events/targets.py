"""From a target's ARN to the call that delivers to it."""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.arns import queue_url
from bus.local.errors import UnsupportedOperationError
from bus.local.events.errors import validation
from bus.local.events.event import Event
from bus.local.events.state import Send
from bus.local.operations import only
from bus.local.plane import Plane
from bus.local.transformation.jsonpath import MISSING, find, parse_path

Builder = Callable[[Plane, Mapping[str, Any]], Send]


def compile_send(plane: Plane, spec: Mapping[str, Any]) -> Send:
    """How an event is delivered to the target. Raises AwsError and UnsupportedOperationError."""
    service = _service(spec["Arn"])
    if service not in _BUILDERS:
        raise UnsupportedOperationError(f"targets of the service {service}: {spec['Arn']}")
    for parameters, owner in (("SqsParameters", "sqs"), ("KinesisParameters", "kinesis")):
        if spec.get(parameters) and service != owner:
            raise validation(f"Parameter(s) {parameters} not valid for target {spec['Id']}.")
    return _BUILDERS[service](plane, spec)


_ARN_PARTS = 6


def _service(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn":
        raise validation(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    return parts[2]


def _lambda(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn = spec["Arn"]

    def send(event: Event, text: str | None) -> None:
        payload = event.data if text is None else text.encode()
        plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=payload)

    return send


def _sqs(plane: Plane, spec: Mapping[str, Any]) -> Send:
    parameters = spec.get("SqsParameters") or {}
    only("events:PutTargets SqsParameters", parameters, ("MessageGroupId",))
    fixed = {"QueueUrl": queue_url(spec["Arn"]), **parameters}

    def send(event: Event, text: str | None) -> None:
        traced = _traced(event) if event.trace else {}
        plane.call_with("sqs", "SendMessage", {**fixed, "MessageBody": event.text if text is None else text, **traced})

    return send


def _traced(event: Event) -> dict[str, Any]:
    """X-Ray's header travels on (X-Ray developer guide, "Amazon EventBridge and AWS X-Ray")."""
    header = {"DataType": "String", "StringValue": event.trace}
    return {"MessageSystemAttributes": {"AWSTraceHeader": header}}


def _sns(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn = spec["Arn"]

    def send(event: Event, text: str | None) -> None:
        plane.call("sns", "Publish", TopicArn=arn, Message=event.text if text is None else text)

    return send


def _kinesis(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn, parameters = spec["Arn"], spec.get("KinesisParameters") or {}
    only("events:PutTargets KinesisParameters", parameters, ("PartitionKeyPath",))
    steps = parse_path(parameters.get("PartitionKeyPath", "$.id"))

    def send(event: Event, text: str | None) -> None:
        # The path is of the original event, whatever the transformer made of it.
        key = find(event.fields, steps)
        partition = event.fields["id"] if key is MISSING else str(key)
        data = event.data if text is None else text.encode()
        plane.call("kinesis", "PutRecord", StreamARN=arn, Data=data, PartitionKey=partition)

    return send


def _firehose(plane: Plane, spec: Mapping[str, Any]) -> Send:
    name = spec["Arn"].rpartition("/")[2]

    def send(event: Event, text: str | None) -> None:
        data = event.data if text is None else text.encode()
        plane.call("firehose", "PutRecord", DeliveryStreamName=name, Record={"Data": data})

    return send


_BUILDERS: dict[str, Builder] = {
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "kinesis": _kinesis,
    "firehose": _firehose,
}

"""From a target's ARN to the call that delivers to it (user guide, "Event bus targets")."""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.arns import queue_url
from bus.local.errors import UnsupportedOperationError
from bus.local.event_paths import parse_path
from bus.local.events.api_destination_delivery import to_api_destination
from bus.local.events.errors import validation
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.log_groups import to_log_group
from bus.local.events.state import Send
from bus.local.json_texts import is_json
from bus.local.operations import only
from bus.local.plane import Plane
from bus.transformation.jsonpath import MISSING, find
from bus.transformation.template import as_text

Spec = Mapping[str, Any]
Builder = Callable[[Plane, Spec], Send]

_KNOWN = (
    "Id",
    "Arn",
    "RoleArn",
    "Input",
    "InputPath",
    "InputTransformer",
    "HttpParameters",
    "KinesisParameters",
    "SqsParameters",
    "DeadLetterConfig",
    "RetryPolicy",
)
_PARAMETERS_OF = {"HttpParameters": "events", "KinesisParameters": "kinesis", "SqsParameters": "sqs"}
# User guide, "Using IAM roles for EventBridge targets": to these EventBridge may send nothing without a role.
_BY_ROLE = ("firehose", "kinesis", "states")
_API_DESTINATION = ":api-destination/"
_ARN_PARTS = 6


def check_spec(spec: Spec) -> None:
    """Raises AwsError for a target that AWS refuses, UnsupportedOperationError for one that the plane cannot serve."""
    only("events:PutTargets Targets", spec, _KNOWN)
    arn, target = spec["Arn"], spec["Id"]
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn":
        raise validation(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    service = parts[2]
    if service not in _BUILDERS and service != "events":
        raise UnsupportedOperationError(f"targets of the service {service}: {arn}")
    for parameters, owner in _PARAMETERS_OF.items():
        if spec.get(parameters) and service != owner:
            raise validation(f"Parameter(s) {parameters} not valid for target {target}.")
    if not spec.get("RoleArn") and (service in _BY_ROLE or _API_DESTINATION in arn):
        raise validation(f"RoleArn is required for target {arn}.")
    if service == "sqs" and arn.endswith(".fifo") and not (spec.get("SqsParameters") or {}).get("MessageGroupId"):
        raise validation(f"Parameter(s) SqsParameters must be specified for target: {target}.")
    if service == "sns" and arn.endswith(".fifo"):
        raise validation(f"Parameter {arn} is not valid. Reason: FIFO topics are not supported as targets.")


def compile_send(plane: Plane, spec: Spec) -> Send:
    """How an event is delivered to the target, which `check_spec` has seen. Raises AwsError."""
    arn = spec["Arn"]
    if _API_DESTINATION in arn:
        return to_api_destination(plane, spec)
    service = arn.split(":", 3)[2]
    if service not in _BUILDERS:
        raise validation(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    return _BUILDERS[service](plane, spec)


def as_json_text(event: Event, text: str | None) -> str:
    """What a target that takes nothing but JSON is sent. Raises DeliveryError for a text that is none."""
    if text is None:
        return event.text
    if not is_json(text):
        raise DeliveryError(Failure("INVALID_JSON", "The transformed event is not valid JSON.", retryable=False))
    return text


def _lambda(plane: Plane, spec: Spec) -> Send:
    arn = spec["Arn"]

    def send(event: Event, text: str | None) -> None:
        payload = event.data if text is None else as_json_text(event, text).encode()
        plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=payload)

    return send


def _state_machine(plane: Plane, spec: Spec) -> Send:
    arn = spec["Arn"]

    def send(event: Event, text: str | None) -> None:
        name = f"{event.id}_{plane.chance.uuid()}"
        input_ = as_json_text(event, text)
        plane.call("stepfunctions", "StartExecution", stateMachineArn=arn, name=name, input=input_)

    return send


def _sqs(plane: Plane, spec: Spec) -> Send:
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


def _sns(plane: Plane, spec: Spec) -> Send:
    arn = spec["Arn"]

    def send(event: Event, text: str | None) -> None:
        plane.call("sns", "Publish", TopicArn=arn, Message=event.text if text is None else text)

    return send


def _kinesis(plane: Plane, spec: Spec) -> Send:
    arn, parameters = spec["Arn"], spec.get("KinesisParameters") or {}
    only("events:PutTargets KinesisParameters", parameters, ("PartitionKeyPath",))
    path = parameters.get("PartitionKeyPath")
    steps = None if path is None else parse_path(path)

    def send(event: Event, text: str | None) -> None:
        # The path is of the original event, whatever the transformer made of it.
        key = MISSING if steps is None else find(event.fields, steps)
        partition = event.id if key is MISSING else as_text(key)
        data = event.data if text is None else text.encode()
        plane.call("kinesis", "PutRecord", StreamARN=arn, Data=data, PartitionKey=partition)

    return send


def _firehose(plane: Plane, spec: Spec) -> Send:
    name = spec["Arn"].rpartition("/")[2]

    def send(event: Event, text: str | None) -> None:
        data = event.data if text is None else text.encode()
        plane.call("firehose", "PutRecord", DeliveryStreamName=name, Record={"Data": data})

    return send


_BUILDERS: dict[str, Builder] = {
    "lambda": _lambda,
    "states": _state_machine,
    "sqs": _sqs,
    "sns": _sns,
    "kinesis": _kinesis,
    "firehose": _firehose,
    "logs": to_log_group,
}

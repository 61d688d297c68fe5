"""Templated targets: from the ARN of a resource to the one operation that Scheduler does on it.

User guide, "Using templated targets"; API reference, Target.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.arns import queue_url
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.json_texts import is_json, is_unicode
from bus.local.operations import only
from bus.local.plane import Plane
from bus.local.retries import GREATEST_AGE, MOST_RETRIES
from bus.local.scheduler.errors import invalid
from bus.local.scheduler.schedule import Send, Target
from bus.local.scheduler.universal import UNIVERSAL, compile_call

_KNOWN = (
    "Arn",
    "RoleArn",
    "DeadLetterConfig",
    "RetryPolicy",
    "Input",
    "EventBridgeParameters",
    "KinesisParameters",
    "SqsParameters",
)
_PARAMETERS = {"EventBridgeParameters": "events", "KinesisParameters": "kinesis", "SqsParameters": "sqs"}
_MAX_INPUT = 256 * 1024
_JSON_ONLY = ("lambda", "states", "events")
_ARN_PARTS = 6


def compile_target(plane: Plane, spec: Mapping[str, Any]) -> Target:
    """Raises ValidationException and UnsupportedOperationError."""
    only("scheduler:CreateSchedule Target", spec, _KNOWN)
    policy, text = spec.get("RetryPolicy") or {}, spec.get("Input")
    service = _service(spec["Arn"])
    _check_parameters(spec, service)
    _check_input(text, service)
    return Target(
        arn=spec["Arn"],
        send=_send(plane, spec, service),
        input=text,
        max_attempts=int(policy.get("MaximumRetryAttempts", MOST_RETRIES)),
        max_age=int(policy.get("MaximumEventAgeInSeconds", GREATEST_AGE)),
        dead_letters=(spec.get("DeadLetterConfig") or {}).get("Arn"),
    )


def _service(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn" or not parts[2]:
        raise invalid("Provided Arn is not in correct format.")
    return parts[2]


def _check_parameters(spec: Mapping[str, Any], service: str) -> None:
    for name, owner in _PARAMETERS.items():
        if spec.get(name) and service != owner:
            raise invalid(f"{name} can not be used with the target {spec['Arn']}.")


def _check_input(text: str | None, service: str) -> None:
    if text is None:
        return
    if not is_unicode(text):
        raise invalid("The Input of a target must be UTF-8 encoded text.")
    if len(text.encode()) > _MAX_INPUT:
        raise invalid("The Input of a target can not be larger than 256 KB.")
    if service in _JSON_ONLY and not is_json(text):
        raise invalid(f"The Input of a {service} target must be a well-formed JSON.")


def _send(plane: Plane, spec: Mapping[str, Any], service: str) -> Send:
    if spec["Arn"].startswith(UNIVERSAL):
        return compile_call(plane, spec["Arn"], spec.get("Input"))
    if service not in _BUILDERS:
        raise UnsupportedOperationError(f"schedules that target the service {service}: {spec['Arn']}")
    return _BUILDERS[service](plane, spec)


def _lambda(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn = spec["Arn"]
    return lambda text: plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=text.encode())


def _sqs(plane: Plane, spec: Mapping[str, Any]) -> Send:
    fixed = {"QueueUrl": queue_url(spec["Arn"]), **(spec.get("SqsParameters") or {})}
    if spec["Arn"].endswith(".fifo") and "MessageGroupId" not in fixed:
        raise invalid("SqsParameters with a MessageGroupId must be given for a FIFO queue.")
    return lambda text: plane.call_with("sqs", "SendMessage", {**fixed, "MessageBody": text})


def _sns(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn = spec["Arn"]
    return lambda text: plane.call("sns", "Publish", TopicArn=arn, Message=text)


def _events(plane: Plane, spec: Mapping[str, Any]) -> Send:
    given = spec.get("EventBridgeParameters")
    if not given:
        raise invalid("EventBridgeParameters must be given for an event bus.")
    fixed = {"EventBusName": spec["Arn"], "Source": given["Source"], "DetailType": given["DetailType"]}

    def send(text: str) -> None:
        [result] = plane.call("events", "PutEvents", Entries=[{**fixed, "Detail": text}])["Entries"]
        if "ErrorCode" in result:
            raise AwsError(result["ErrorCode"], result["ErrorMessage"])

    return send


def _kinesis(plane: Plane, spec: Mapping[str, Any]) -> Send:
    given = spec.get("KinesisParameters")
    if not given:
        raise invalid("KinesisParameters must be given for a Kinesis stream.")
    arn, key = spec["Arn"], given["PartitionKey"]
    return lambda text: plane.call("kinesis", "PutRecord", StreamARN=arn, Data=text.encode(), PartitionKey=key)


def _firehose(plane: Plane, spec: Mapping[str, Any]) -> Send:
    name = spec["Arn"].rpartition("/")[2]
    return lambda text: plane.call("firehose", "PutRecord", DeliveryStreamName=name, Record={"Data": text.encode()})


def _states(plane: Plane, spec: Mapping[str, Any]) -> Send:
    arn = spec["Arn"]
    return lambda text: plane.call("stepfunctions", "StartExecution", stateMachineArn=arn, input=text)


_BUILDERS: dict[str, Callable[[Plane, Mapping[str, Any]], Send]] = {
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "events": _events,
    "kinesis": _kinesis,
    "firehose": _firehose,
    "states": _states,
}

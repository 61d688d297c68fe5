"""Universal targets: arn:aws:scheduler:::aws-sdk:service:apiAction, with the operation's parameters as Input.

User guide, "Using universal targets".
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ParamValidationError, UnknownServiceError
from botocore.model import OperationModel, Shape

from bus.local.constraints import service_model
from bus.local.errors import AwsError
from bus.local.json_texts import read
from bus.local.later import Later
from bus.local.operations import Response
from bus.local.plane import Plane
from bus.local.scheduler.errors import invalid
from bus.local.scheduler.schedule import Send
from bus.local.validation import validate

UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
# "The service value must match the AWS SDK service identifier": where that is not botocore's name for the service.
_SDK_NAMES = {
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "eventbridge": "events",
    "elasticloadbalancingv2": "elbv2",
    "sfn": "stepfunctions",
}
# "EventBridge Scheduler does not support read-only API actions … that begin with the following list of prefixes".
_READ_ONLY = (
    "get",
    "describe",
    "list",
    "poll",
    "receive",
    "search",
    "scan",
    "query",
    "select",
    "read",
    "lookup",
    "discover",
    "validate",
    "batchGet",
    "batchDescribe",
    "batchRead",
    "transactGet",
    "adminGet",
    "adminList",
    "testMigration",
    "retrieve",
    "testConnection",
    "translateDocument",
    "isAuthorized",
    "invokeModel",
)


def compile_call(plane: Plane, arn: str, text: str | None) -> Send:
    """How an Input becomes a call of the operation that `arn` names. Raises ValidationException."""
    _read(_operation(arn), text or "{}")

    def send(filled: str) -> Later[Response]:
        model = _operation(arn)
        params = _read(model, filled if text else "{}")
        try:
            validate(model, params)
        except ParamValidationError as error:
            raise AwsError("ValidationException", str(error)) from error
        return plane.begin(model.service_model.service_name, model.name, params)

    return send


def _operation(arn: str) -> OperationModel:
    service, _, action = arn.removeprefix(UNIVERSAL).partition(":")
    if action.startswith(_READ_ONLY):
        raise invalid(f"Unsupported API action {action}: EventBridge Scheduler does not invoke read-only actions.")
    name = _SDK_NAMES.get(service, service)
    try:
        operations = service_model(name)
    except UnknownServiceError as error:
        raise invalid("Provided Arn is not in correct format.") from error
    found = {operation.casefold(): operation for operation in operations.operation_names}.get(action.casefold())
    if service in _SDK_NAMES.values() or found is None or not action[:1].islower():
        raise invalid(f"{arn} is not a supported target.")
    return operations.operation_model(found)


def _read(model: OperationModel, text: str) -> dict[str, Any]:
    """An operation's parameters out of an Input. Raises ValidationException for what is no JSON object."""
    try:
        given = read(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise invalid("The Input of a universal target must be a well-formed JSON object.")
    params: dict[str, Any] = {} if model.input_shape is None else _value(model.input_shape, given)
    return params


def _value(shape: Any, given: Any) -> Any:
    """A JSON value as botocore's users give it; members are matched whatever their case (DbCluster, DBCluster)."""
    match shape.type_name, given:
        case "structure", Mapping():
            return dict(_member(shape, name, value) for name, value in given.items())
        case "list", list():
            return [_value(shape.member, item) for item in given]
        case "map", Mapping():
            return {key: _value(shape.value, value) for key, value in given.items()}
        case "blob", str():
            return given.encode()
        case "blob", Mapping() | list():
            return json.dumps(given).encode()
        case _:
            return given


def _member(shape: Any, name: str, value: Any) -> tuple[str, Any]:
    members: dict[str, Shape] = shape.members
    found = name if name in members else {each.casefold(): each for each in members}.get(name.casefold())
    if found is None:
        raise AwsError("ValidationException", f"Unknown member {name} of {shape.name}.")
    return found, _value(members[found], value)

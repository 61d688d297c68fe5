"""How asynchronous invocations are retried, and who is told of their end."""

from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.errors import AwsError
from bus.local.lambda_.errors import invalid, not_found
from bus.local.lambda_.function_operations import checked, listed
from bus.local.lambda_.functions import DeployedFunction, Functions
from bus.local.lambda_.names import LATEST, parse
from bus.local.operations import Params, Response, only, operation

_ONE = frozenset({"FunctionName", "Qualifier"})
SETTINGS = frozenset({"MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"})
_DESTINATIONS = {
    "OnSuccess": frozenset({"sqs", "sns", "lambda", "events"}),
    "OnFailure": frozenset({"sqs", "sns", "lambda", "events", "s3"}),
}


class InvokeConfigOperations:
    """Lambda API reference, PutFunctionEventInvokeConfig to ListFunctionEventInvokeConfigs: one for each version and
    alias, and one for the function as a whole, which is that of $LATEST.
    """

    functions: Functions

    @operation("PutFunctionEventInvokeConfig")
    def put_invoke_config(self, params: Params) -> Response:
        """Settings that are left out go back to their defaults."""
        only("lambda:PutFunctionEventInvokeConfig", params, _ONE | SETTINGS)
        checked("PutFunctionEventInvokeConfig", params)
        return configure(self.functions, _owner(self.functions, params), {}, params)

    @operation("UpdateFunctionEventInvokeConfig")
    def update_invoke_config(self, params: Params) -> Response:
        """Settings that are left out stay as they were."""
        only("lambda:UpdateFunctionEventInvokeConfig", params, _ONE | SETTINGS)
        checked("UpdateFunctionEventInvokeConfig", params)
        found = _owner(self.functions, params)
        return configure(self.functions, found, _kept(found), params)

    @operation("GetFunctionEventInvokeConfig")
    def get_invoke_config(self, params: Params) -> Response:
        only("lambda:GetFunctionEventInvokeConfig", params, _ONE)
        found = _owner(self.functions, params)
        return _described(found, _kept(found))

    @operation("DeleteFunctionEventInvokeConfig")
    def delete_invoke_config(self, params: Params) -> Response:
        only("lambda:DeleteFunctionEventInvokeConfig", params, _ONE)
        found = _owner(self.functions, params)
        _kept(found)
        del found.registered.invoke_configs[found.qualifier or LATEST]
        return {}

    @operation("ListFunctionEventInvokeConfigs")
    def list_invoke_configs(self, params: Params) -> Response:
        only("lambda:ListFunctionEventInvokeConfigs", params, {"FunctionName", "Marker", "MaxItems"})
        name = parse(params["FunctionName"]).function
        configs = self.functions.named(name).invoke_configs
        found = [_described(DeployedFunction(self.functions, name, each), kept) for each, kept in configs.items()]
        return listed("FunctionEventInvokeConfigs", found, params)


def configure(functions: Functions, found: DeployedFunction, before: Mapping[str, Any], given: Params) -> Response:
    """Set what is `given` on top of what was `before`. Raises AwsError."""
    settings = {name: given[name] for name in SETTINGS if given.get(name) is not None}
    if not settings:
        raise invalid("You must specify at least one of error handling or destination setting.")
    for kind, destination in settings.get("DestinationConfig", {}).items():
        _check(functions, found, kind, destination.get("Destination"))
    config = {**before, **settings, "LastModified": functions.plane.clock.now()}
    found.registered.invoke_configs[found.qualifier or LATEST] = config
    return _described(found, config)


def _owner(functions: Functions, params: Params) -> DeployedFunction:
    try:
        return functions.get(params["FunctionName"], params.get("Qualifier"))
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise not_found("The function doesn't exist.") from error


def _kept(found: DeployedFunction) -> dict[str, Any]:
    qualifier = found.qualifier or LATEST
    if qualifier not in found.registered.invoke_configs:
        raise not_found(f"The function {found.registered.arn_of(qualifier)} doesn't have an EventInvokeConfig")
    return found.registered.invoke_configs[qualifier]


def _check(functions: Functions, found: DeployedFunction, kind: str, arn: str | None) -> None:
    if not arn:
        return
    known = arn.startswith("arn:") and service_of(arn) in _DESTINATIONS.get(kind, frozenset())
    if not known or arn.endswith(".fifo"):  # "a standard SQS queue", "a standard SNS topic"
        raise invalid(f"The destination ARN {arn} is invalid.")
    if service_of(arn) == "lambda":
        name = parse(arn).function
        if name == found.registered.name:
            raise invalid("You can't specify the function as a destination for itself.")
        if name not in functions:
            raise invalid(f"The destination ARN {arn} is invalid.")


def _described(found: DeployedFunction, config: Mapping[str, Any]) -> Response:
    return {"FunctionArn": found.registered.arn_of(found.qualifier or LATEST), **config}

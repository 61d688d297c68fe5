"""Lambda and Step Functions: what their operations need (Service Authorization Reference)."""

from collections.abc import Mapping

from bus.local.access.needs.need import Call
from bus.local.access.needs.rules import On, Rules
from bus.local.errors import AwsError
from bus.local.lambda_.names import parse
from bus.local.policies.request import ContextValue

# A qualifier that is one of the operation's own parameters names what it is about: a version or an alias.
_QUALIFIED = frozenset(
    {
        "DeleteProvisionedConcurrencyConfig",
        "GetProvisionedConcurrencyConfig",
        "Invoke",
        "InvokeAsync",
        "InvokeWithResponseStream",
        "PutProvisionedConcurrencyConfig",
    }
)


def _function(call: Call, named: str) -> str:
    """The ARN of a function by any of its names; with its version or alias where a caller names one."""
    try:
        name = parse(named, call.params.get("Qualifier"))
    except AwsError:
        return call.arn("lambda", f"function:{named}")  # no name at all: the operation says so
    if name.qualifier is None or call.operation not in _QUALIFIED:
        return call.arn("lambda", f"function:{name.function}")
    return call.arn("lambda", f"function:{name.function}:{name.qualifier}")


def _layer_version(call: Call, name: str) -> str:
    layer = name if name.startswith("arn:") else call.arn("lambda", f"layer:{name}")
    version = call.params.get("VersionNumber")
    return layer if version is None else f"{layer}:{version}"


def _of_lambda(call: Call) -> Mapping[str, ContextValue]:
    """Service Authorization Reference, "Condition keys for AWS Lambda"."""
    keys: dict[str, ContextValue] = {}
    if (principal := call.params.get("Principal")) is not None:
        keys["lambda:Principal"] = principal
    if call.operation.endswith("EventSourceMapping") and (named := call.params.get("FunctionName")) is not None:
        keys["lambda:FunctionArn"] = _function(call, named)
    if layers := call.params.get("Layers"):
        keys["lambda:Layer"] = list(layers)
    return keys


_MAPPING = {"DeleteEventSourceMapping", "GetEventSourceMapping", "UpdateEventSourceMapping"}
LAMBDA = Rules(
    "lambda",
    on=(
        On("UUID", "event-source-mapping:{}", _MAPPING),
        On("FunctionName", _function),
        On("Resource"),
        On("ResourceArn"),
        On("Arn", "{}", {"GetLayerVersionByArn"}),
        On("LayerName", _layer_version),
        On("CodeSigningConfigArn"),
        On("CapacityProviderName", "capacity-provider:{}"),
        On("DurableExecutionArn"),
    ),
    called={
        "GetLayerVersionByArn": "GetLayerVersion",
        "Invoke": "InvokeFunction",
        "InvokeAsync": "InvokeFunction",
        "InvokeWithResponseStream": "InvokeFunction",
    },
    nowhere={"CreateEventSourceMapping", "ListEventSourceMappings", "ListLayerVersions"},
    keys=_of_lambda,
)

STEP_FUNCTIONS = Rules(
    "states",
    on=(
        On("stateMachineArn"),
        On("stateMachineAliasArn", lambda _, arn: arn.rpartition(":")[0]),
        On("stateMachineVersionArn", lambda _, arn: arn.rpartition(":")[0]),
        On("executionArn"),
        On("mapRunArn"),
        On("activityArn"),
        On("resourceArn"),
        On("name", "activity:{}", {"CreateActivity"}),
        On("name", "stateMachine:{}", {"CreateStateMachine"}),
        On(
            "routingConfiguration",
            lambda _, route: str(route["stateMachineVersionArn"]).rpartition(":")[0],
            {"CreateStateMachineAlias"},
        ),
    ),
    nowhere={"TestState", "ValidateStateMachineDefinition"},
)

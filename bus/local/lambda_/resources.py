"""The CloudFormation resources of Lambda."""

from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.functions import Function, Settings
from bus.local.lambda_.functions import DeployedFunction, Functions
from bus.local.lambda_.mapping import EventSourceMapping
from bus.local.plane import Plane
from bus.local.resources import LABEL, LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Resource, resource

RUNTIMES = {"python3.11", "python3.12", "python3.13", "python3.14"}
_IN_PROCESS = "functions run in this process"
_ONE_AT_A_TIME = "one invocation runs at a time in process, below any limit"


class LambdaResources:
    """Makes what templates ask of Lambda."""

    _plane: Plane
    functions: Functions
    mappings: dict[str, EventSourceMapping]

    @resource(
        "AWS::Lambda::Function",
        acts_on={
            "FunctionName",
            "Handler",
            "Runtime",
            "PackageType",
            "Environment.Variables",
            "Timeout",
            "MemorySize",
            "ReservedConcurrentExecutions",
            "DeadLetterConfig.TargetArn",
        },
        inert={
            "Code": "handlers are imported from the project",
            "Role": UNCHECKED,
            "Description": LABEL,
            "Tags": LABEL,
            "Architectures": _IN_PROCESS,
            "Layers": "libraries come from the project's own environment",
            "TracingConfig": LOGGED,
            "LoggingConfig": "the function's log is kept as it was written",
            "EphemeralStorage": _IN_PROCESS,
            "KmsKeyArn": UNENCRYPTED,
            "VpcConfig": "there is no network",
            "SnapStart": _IN_PROCESS,
            "RuntimeManagementConfig": _IN_PROCESS,
            "RecursiveLoop": "the engine stops endless loops itself",
        },
    )
    def make_function(self, wanted: Resource) -> Deployed:
        """A function; any of `RUNTIMES` is run by this interpreter."""
        properties = wanted.properties
        _check_function(wanted)
        name = properties.get("FunctionName", wanted.name)
        arn = self._plane.arn("lambda", f"function:{name}")
        function = Function(self._plane, _settings(name, properties), arn)
        created = self._plane.clock.now().isoformat(timespec="milliseconds")
        self.functions.add(DeployedFunction(function, properties, created))
        return Deployed(name, {"Arn": arn})

    @resource(
        "AWS::Lambda::EventSourceMapping",
        acts_on={
            "FunctionName",
            "EventSourceArn",
            "Enabled",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "FilterCriteria.Filters",
            "FunctionResponseTypes",
            "StartingPosition",
            "BisectBatchOnFunctionError",
            "MaximumRetryAttempts",
            "MaximumRecordAgeInSeconds",
            "DestinationConfig.OnFailure.Destination",
        },
        inert={
            "ScalingConfig": _ONE_AT_A_TIME,
            "ProvisionedPollerConfig": _ONE_AT_A_TIME,
            "ParallelizationFactor": "the batches of a shard run one after another in process",
            "MetricsConfig": LOGGED,
            "Tags": LABEL,
        },
    )
    def make_mapping(self, wanted: Resource) -> Deployed:
        """A mapping from a queue or stream; it reads as soon as it is made."""
        properties = wanted.properties
        _check_mapping(wanted)
        deployed = self.functions.get(properties["FunctionName"])
        mapping = EventSourceMapping(self._plane, self._plane.chance.uuid(), deployed, properties)
        self.mappings[mapping.uuid] = mapping
        mapping.start()
        arn = self._plane.arn("lambda", f"event-source-mapping:{mapping.uuid}")
        return Deployed(mapping.uuid, {"Id": mapping.uuid, "EventSourceMappingArn": arn})

    @resource(
        "AWS::Lambda::EventInvokeConfig",
        acts_on={
            "FunctionName",
            "Qualifier",
            "MaximumRetryAttempts",
            "MaximumEventAgeInSeconds",
            "DestinationConfig.OnFailure.Destination",
            "DestinationConfig.OnSuccess.Destination",
        },
    )
    def make_invoke_config(self, wanted: Resource) -> Deployed:
        """How asynchronous invocations of a function are retried, and who is told of their end."""
        properties = wanted.properties
        for kind, destination in properties.get("DestinationConfig", {}).items():
            if service_of(destination["Destination"]) not in {"sqs", "sns", "lambda", "events"}:
                raise wanted.unsupported(f"the {kind} destination {destination['Destination']}")
        deployed = self.functions.get(properties["FunctionName"], properties.get("Qualifier", "$LATEST"))
        deployed.invoke_config = properties
        return Deployed(f"{wanted.stack}-{wanted.logical_id}")

    @resource(
        "AWS::Lambda::Permission",
        acts_on={"FunctionName"},
        inert=dict.fromkeys(
            (
                "Action",
                "Principal",
                "PrincipalOrgID",
                "SourceArn",
                "SourceAccount",
                "EventSourceToken",
                "FunctionUrlAuthType",
                "InvokedViaFunctionUrl",
            ),
            UNCHECKED,
        ),
    )
    def make_permission(self, wanted: Resource) -> Deployed:
        """A permission, of a function that must exist."""
        self.functions.get(wanted.properties["FunctionName"])
        return Deployed(wanted.name, {"Id": wanted.name})


def _check_function(wanted: Resource) -> None:
    properties = wanted.properties
    if properties.get("PackageType", "Zip") != "Zip":
        raise wanted.unsupported("container images (PackageType Image)")
    if properties.get("Runtime") not in RUNTIMES:
        raise wanted.unsupported(f"the runtime {properties.get('Runtime')}")
    if properties.get("ReservedConcurrentExecutions") in {0, "0"}:
        raise wanted.unsupported("a function that is never allowed to run (ReservedConcurrentExecutions 0)")


def _check_mapping(wanted: Resource) -> None:
    source = wanted.properties["EventSourceArn"]
    if service_of(source) not in {"sqs", "kinesis", "dynamodb"}:
        raise wanted.unsupported(f"the event source {source}")
    position = wanted.properties.get("StartingPosition")
    if service_of(source) != "sqs" and position not in {"LATEST", "TRIM_HORIZON"}:
        raise wanted.unsupported(f"the starting position {position}")
    destination = wanted.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if destination and service_of(destination) not in {"sqs", "sns"}:
        raise wanted.unsupported(f"the OnFailure destination {destination}")


def _settings(name: str, properties: Mapping[str, Any]) -> Settings:
    variables = properties.get("Environment", {}).get("Variables", {})
    return Settings(
        name=name,
        handler=properties["Handler"],
        environment={variable: str(value) for variable, value in variables.items()},
        timeout=float(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        runtime=properties["Runtime"],
    )

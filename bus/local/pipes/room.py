"""The Pipes room."""

from typing import Any, ClassVar

from bus.local.arns import service_of
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.pipes.errors import not_found
from bus.local.pipes.pipe import SOURCE_PARAMETERS, Pipe
from bus.local.pipes.targets import MAXIMUM_BATCH, PARAMETERS
from bus.local.plane import Plane
from bus.local.resources import LABEL, LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Resource, resource

_STREAM = (
    "StartingPosition",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "OnPartialBatchItemFailure",
    "DeadLetterConfig.Arn",
)
_FILTERS = frozenset(
    {
        "NamePrefix",
        "SourcePrefix",
        "TargetPrefix",
        "DesiredState",
        "CurrentState",
        "Limit",
        "NextToken",
    }
)
_DESCRIBED = (
    "Description",
    "SourceParameters",
    "Enrichment",
    "EnrichmentParameters",
    "TargetParameters",
    "RoleArn",
    "Tags",
    "LogConfiguration",
)


class PipesRoom:
    """Amazon EventBridge Pipes, made by templates."""

    service: ClassVar[str] = "pipes"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.pipes: dict[str, Pipe] = {}

    @resource(
        "AWS::Pipes::Pipe",
        acts_on={
            "Name",
            "DesiredState",
            "Source",
            "SourceParameters.FilterCriteria.Filters",
            "SourceParameters.SqsQueueParameters.BatchSize",
            "SourceParameters.SqsQueueParameters.MaximumBatchingWindowInSeconds",
            *(f"SourceParameters.KinesisStreamParameters.{name}" for name in _STREAM),
            *(f"SourceParameters.DynamoDBStreamParameters.{name}" for name in _STREAM),
            "Enrichment",
            "EnrichmentParameters.InputTemplate",
            "Target",
            "TargetParameters.InputTemplate",
            *(
                f"TargetParameters.EventBridgeEventBusParameters.{name}"
                for name in ("DetailType", "Source", "Resources", "Time")
            ),
            "TargetParameters.SqsQueueParameters",
            "TargetParameters.KinesisStreamParameters.PartitionKey",
            "TargetParameters.LambdaFunctionParameters.InvocationType",
        },
        inert={
            "Description": LABEL,
            "Tags": LABEL,
            "RoleArn": UNCHECKED,
            "LogConfiguration": LOGGED,
            "KmsKeyIdentifier": UNENCRYPTED,
            "SourceParameters.KinesisStreamParameters.ParallelizationFactor": "a shard's batches run one by one",
            "SourceParameters.DynamoDBStreamParameters.ParallelizationFactor": "a shard's batches run one by one",
        },
    )
    def make_pipe(self, wanted: Resource) -> Deployed:
        """A pipe; it reads as soon as it is made, unless it is wanted stopped."""
        _check(wanted)
        name = wanted.properties.get("Name", wanted.name)
        pipe = Pipe(self._plane, name, wanted.properties)
        self.pipes[name] = pipe
        pipe.start()
        state = "RUNNING" if pipe.running else "STOPPED"
        return Deployed(name, {"Arn": pipe.arn, "CurrentState": state})

    @operation("DescribePipe")
    def describe_pipe(self, params: Params) -> Response:
        only("pipes:DescribePipe", params, ("Name",))
        pipe = self.pipes.get(params["Name"])
        if pipe is None:
            raise not_found(params["Name"])
        return {**_summary(pipe), **{key: pipe.properties[key] for key in _DESCRIBED if key in pipe.properties}}

    @operation("ListPipes")
    def list_pipes(self, params: Params) -> Response:
        only("pipes:ListPipes", params, _FILTERS)
        found = [summary for summary in map(_summary, self._sorted()) if _wanted(summary, params)]
        return page("Pipes", found, params)

    def _sorted(self) -> list[Pipe]:
        return [self.pipes[name] for name in sorted(self.pipes)]


def _check(wanted: Resource) -> None:
    properties = wanted.properties
    source, target = service_of(properties["Source"]), service_of(properties["Target"])
    if source not in SOURCE_PARAMETERS:
        raise wanted.unsupported(f"the source {properties['Source']}")
    if target not in MAXIMUM_BATCH:
        raise wanted.unsupported(f"the target {properties['Target']}")
    if properties.get("Enrichment") and service_of(properties["Enrichment"]) != "lambda":
        raise wanted.unsupported(f"the enrichment {properties['Enrichment']}")
    _check_group(wanted, "SourceParameters", {"FilterCriteria", SOURCE_PARAMETERS[source]})
    _check_group(wanted, "TargetParameters", {"InputTemplate", PARAMETERS.get(target, "")})
    stream = properties.get("SourceParameters", {}).get(SOURCE_PARAMETERS[source], {})
    if source != "sqs" and stream.get("StartingPosition") not in {"TRIM_HORIZON", "LATEST"}:
        raise wanted.unsupported(f"the starting position {stream.get('StartingPosition')}")


def _check_group(wanted: Resource, group: str, fitting: set[str]) -> None:
    for name in wanted.properties.get(group, {}):
        if name not in fitting:
            raise wanted.unsupported(f"{group}.{name} with {wanted.properties[group.removesuffix('Parameters')]}")


def _summary(pipe: Pipe) -> dict[str, Any]:
    state = "RUNNING" if pipe.running else "STOPPED"
    same = ("Source", "Enrichment", "Target")
    return {
        "Name": pipe.name,
        "Arn": pipe.arn,
        "DesiredState": state,
        "CurrentState": state,
        "CreationTime": pipe.created,
        "LastModifiedTime": pipe.created,
        **{key: pipe.properties[key] for key in same if pipe.properties.get(key)},
    }


def _wanted(summary: dict[str, Any], params: Params) -> bool:
    return all(
        summary[key].startswith(params.get(f"{key}Prefix") or "") for key in ("Name", "Source", "Target")
    ) and all(params.get(key) in {None, summary[key]} for key in ("DesiredState", "CurrentState"))

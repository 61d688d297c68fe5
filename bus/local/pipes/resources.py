"""AWS::Pipes::Pipe."""

from collections.abc import Mapping
from typing import Any

from bus.local.constraints import service_model
from bus.local.pipes.checks import gap
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import invalid
from bus.local.pipes.pipe import Pipe
from bus.local.pipes.pipes import Pipes
from bus.local.resources import (
    LABEL,
    LOGGED,
    UNCHECKED,
    UNENCRYPTED,
    Deployed,
    Made,
    Resource,
    as_attribute,
    removes,
    resource,
    updates,
)
from bus.local.times import iso

_STREAM = (
    "StartingPosition",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "OnPartialBatchItemFailure",
    "ParallelizationFactor",
    "DeadLetterConfig.Arn",
)
_HTTP = ("PathParameterValues", "HeaderParameters", "QueryStringParameters")


class PipeResources:
    """Makes, changes and deletes pipes as templates ask: what AWS does in a while is done when the template is."""

    pipes: Pipes

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
            "SourceParameters.KinesisStreamParameters.StartingPositionTimestamp",
            *(f"SourceParameters.DynamoDBStreamParameters.{name}" for name in _STREAM),
            "Enrichment",
            "EnrichmentParameters.InputTemplate",
            *(f"EnrichmentParameters.HttpParameters.{name}" for name in _HTTP),
            "Target",
            "TargetParameters.InputTemplate",
            *(
                f"TargetParameters.EventBridgeEventBusParameters.{name}"
                for name in ("DetailType", "Source", "Resources", "Time")
            ),
            "TargetParameters.SqsQueueParameters",
            "TargetParameters.KinesisStreamParameters.PartitionKey",
            "TargetParameters.LambdaFunctionParameters.InvocationType",
            "TargetParameters.StepFunctionStateMachineParameters.InvocationType",
            "TargetParameters.CloudWatchLogsParameters",
            *(f"TargetParameters.HttpParameters.{name}" for name in _HTTP),
            "Tags",
        },
        inert={
            "Description": LABEL,
            "RoleArn": UNCHECKED,
            "LogConfiguration": LOGGED,
            "KmsKeyIdentifier": UNENCRYPTED,
        },
        replaced_by={
            "Name",
            "Source",
            "SourceParameters.ActiveMQBrokerParameters.QueueName",
            "SourceParameters.DynamoDBStreamParameters.StartingPosition",
            "SourceParameters.KinesisStreamParameters.StartingPosition",
            "SourceParameters.KinesisStreamParameters.StartingPositionTimestamp",
            "SourceParameters.ManagedStreamingKafkaParameters.ConsumerGroupID",
            "SourceParameters.ManagedStreamingKafkaParameters.StartingPosition",
            "SourceParameters.ManagedStreamingKafkaParameters.TopicName",
            "SourceParameters.RabbitMQBrokerParameters.QueueName",
            "SourceParameters.RabbitMQBrokerParameters.VirtualHost",
            "SourceParameters.SelfManagedKafkaParameters.AdditionalBootstrapServers",
            "SourceParameters.SelfManagedKafkaParameters.ConsumerGroupID",
            "SourceParameters.SelfManagedKafkaParameters.StartingPosition",
            "SourceParameters.SelfManagedKafkaParameters.TopicName",
        },
    )
    def make_pipe(self, wanted: Resource) -> Deployed:
        """Ref is the name."""
        params = _params(wanted)
        _check(wanted, params)
        return _deployed(self.pipes.create(params, at_once=True))

    @updates("AWS::Pipes::Pipe")
    def update_pipe_of_template(self, wanted: Resource, made: Made) -> Deployed:
        """What the template names no more goes back to its default."""
        params = _params(wanted)
        _check(wanted, params)
        pipe = self.pipes.get(made.ref)
        pipe.update(self.pipes.checked(params), at_once=True)
        pipe.tags = dict(params.get("Tags") or {})
        return _deployed(pipe)

    @removes("AWS::Pipes::Pipe")
    def remove_pipe(self, made: Made) -> None:
        pipe = self.pipes.get(made.ref)
        pipe.delete(lambda: self.pipes.forget(pipe), at_once=True)


def _params(wanted: Resource) -> dict[str, Any]:
    shape = service_model("pipes").operation_model("CreatePipe").input_shape
    typed: dict[str, Any] = _typed(shape, {"Name": wanted.name, **wanted.properties})
    return typed


def _typed(shape: Any, value: Any) -> Any:
    """Numbers and text as the API takes them: templates give the one for the other. Raises AwsError."""
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            members = shape.members
            return {name: _typed(members[name], below) if name in members else below for name, below in value.items()}
        case "map" if isinstance(value, Mapping):
            return {name: _typed(shape.value, below) for name, below in value.items()}
        case "list" if isinstance(value, list):
            return [_typed(shape.member, below) for below in value]
        case "string" if isinstance(value, int | float):
            return as_attribute(value)
        case "integer" if isinstance(value, str):
            try:
                return int(value)
            except ValueError as error:
                raise invalid(f"{value} is no whole number") from error
    return value


def _check(wanted: Resource, params: Mapping[str, Any]) -> None:
    missing = gap(Definition(params))
    if missing is not None:
        path, what = missing
        raise wanted.unsupported(what, path)


def _deployed(pipe: Pipe) -> Deployed:
    return Deployed(
        pipe.name,
        {
            "Arn": pipe.arn,
            "CurrentState": pipe.state,
            "StateReason": pipe.reason,
            "CreationTime": iso(pipe.created.timestamp()),
            "LastModifiedTime": iso(pipe.modified.timestamp()),
        },
    )

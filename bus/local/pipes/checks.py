"""What CreatePipe and UpdatePipe refuse, and what the plane does not do of what they take."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.arns import service_of
from bus.local.constraints import check as check_limits
from bus.local.constraints import service_model
from bus.local.errors import UnsupportedOperationError
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import invalid
from bus.local.pipes.kinds import ENRICHMENTS, SOURCES, TARGETS, kind_of
from bus.local.plane import Plane

_FIFO = ".fifo"
_GROUPS = {"SourceParameters": {"FilterCriteria"}, "TargetParameters": {"InputTemplate"}}


def check(plane: Plane, definition: Definition, operation: str, params: Mapping[str, Any]) -> None:
    """Raises AwsError for what AWS refuses, UnsupportedOperationError for what the plane does not do."""
    check_limits(service_model("pipes").operation_model(operation), params)
    unsupported = gap(definition)
    if unsupported is not None:
        raise UnsupportedOperationError(f"pipes with {unsupported[1]}")
    _check_groups(definition)
    _check_source(definition)
    _check_target(plane, definition)
    _check_enrichment(definition)


def gap(definition: Definition) -> tuple[str, str] | None:
    """The property of a pipe that the plane does not do, and what it is; None when there is none."""
    if kind_of(definition.source) not in SOURCES:
        return "Source", f"the source {definition.source}"
    if kind_of(definition.target) not in TARGETS:
        return "Target", f"the target {definition.target}"
    if definition.enrichment and kind_of(definition.enrichment) not in ENRICHMENTS:
        return "Enrichment", f"the enrichment {definition.enrichment}"
    if "EndpointId" in definition.sending:
        return "TargetParameters.EventBridgeEventBusParameters.EndpointId", "the EndpointId of a global endpoint"
    synchronous = definition.sending.get("InvocationType", "REQUEST_RESPONSE") == "REQUEST_RESPONSE"
    if kind_of(definition.target) == "states" and synchronous:
        path = "TargetParameters.StepFunctionStateMachineParameters.InvocationType"
        return path, f"the synchronous target {definition.target}: it starts executions (FIRE_AND_FORGET) and runs none"
    return None


def _check_groups(definition: Definition) -> None:
    fitting = {
        "SourceParameters": definition.source_kind.parameters,
        "TargetParameters": definition.target_kind.parameters,
    }
    for group, always in _GROUPS.items():
        for name in definition.given.get(group) or {}:
            if name not in always and name != fitting[group]:
                resource = definition.given[group.removesuffix("Parameters")]
                raise invalid(f"{group}.{name} does not fit the {group.removesuffix('Parameters').lower()} {resource}")


def _check_source(definition: Definition) -> None:
    reading = definition.reading
    batch, most = int(reading["BatchSize"]), definition.largest_batch
    if batch > most:
        raise invalid(f"BatchSize {batch} is more than enrichment and target of the pipe take at once ({most}).")
    if kind_of(definition.source) == "sqs":
        return
    _check_stream(definition)


def _check_stream(definition: Definition) -> None:
    own = definition.source_kind.parameters
    if not definition.position:
        raise invalid(f"SourceParameters.{own}.StartingPosition is required for {definition.source_kind.resource}.")
    if kind_of(definition.source) == "dynamodb" and "/stream/" not in definition.source:
        raise invalid(f"The source {definition.source} is not the ARN of a DynamoDB stream.")
    if (definition.position == "AT_TIMESTAMP") != (definition.since is not None):
        raise invalid("StartingPositionTimestamp is required with StartingPosition AT_TIMESTAMP, and only with it.")
    dead = definition.dead_letters
    # User guide, "Pipe DLQ behavior": queues and topics, and no FIFO ones for stream sources.
    if dead is not None and (service_of(dead) not in ("sqs", "sns") or dead.endswith(_FIFO)):
        raise invalid(f"DeadLetterConfig.Arn must name a standard SQS queue or a standard SNS topic, not {dead}.")
    if kind_of(definition.source) == "kinesis":
        for filter_ in definition.filters.get("Filters") or ():
            _check_kinesis_filter(filter_.get("Pattern") or "{}")


def _check_kinesis_filter(text: str) -> None:
    """User guide, "Properly filtering Kinesis and DynamoDB messages": the pattern for data must be JSON."""
    try:
        pattern = json.loads(text)
    except ValueError:
        return  # Compiling it says what is wrong.
    if isinstance(pattern, dict) and isinstance(pattern.get("data"), list):
        raise invalid("The filter pattern for data properties must be in a valid JSON format.")


def _check_target(plane: Plane, definition: Definition) -> None:
    target, kind = definition.target, kind_of(definition.target)
    if kind == "sns" and target.endswith(_FIFO):
        raise invalid(f"SNS FIFO topics are not supported as target: {target}")
    if kind == "event-bus" and target.split(":")[3:5] != [plane.region, plane.account]:
        raise invalid(f"The event bus {target} must be in the account and Region of the pipe.")
    if kind == "kinesis" and not definition.sending.get("PartitionKey"):
        raise invalid("TargetParameters.KinesisStreamParameters.PartitionKey is required for a Kinesis stream.")


def _check_enrichment(definition: Definition) -> None:
    if definition.asking and kind_of(definition.enrichment) != "api-destination":
        raise invalid(f"EnrichmentParameters.HttpParameters do not fit the enrichment {definition.enrichment}")

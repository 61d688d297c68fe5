"""The reserved variables (EventBridge user guide, "Amazon EventBridge Pipes input transformation")."""

from bus.local.pipes.definition import Definition
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.template import Reader
from bus.local.plane import Plane
from bus.local.times import iso


def reserved(plane: Plane, definition: Definition, arn: str) -> dict[str, Reader]:
    """By name, of the pipe with this ARN."""
    fixed = {
        "pipe-arn": arn,
        "pipe-name": definition.name,
        "source-arn": definition.source,
        "enrichment-arn": definition.enrichment,
        "target-arn": definition.target,
    }
    constants = {f"aws.pipes.{name}": _always(value) for name, value in fixed.items()}
    return {
        **constants,
        "aws.pipes.event.ingestion-time": lambda _: iso(plane.clock.time()),
        "aws.pipes.event": _value,
        "aws.pipes.event.json": _json,
    }


def _always(value: str) -> Reader:
    return lambda _: value


def _value(event: PipeEvent) -> object:
    return event.value


def _json(event: PipeEvent) -> object:
    return event.json

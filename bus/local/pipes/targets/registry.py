"""How each kind of target is delivered to."""

from collections.abc import Callable

from bus.local.pipes.definition import Definition
from bus.local.pipes.kinds import kind_of
from bus.local.pipes.targets.api_destinations import api_destination
from bus.local.pipes.targets.event_bus import event_bus
from bus.local.pipes.targets.functions import function
from bus.local.pipes.targets.logs import log_group
from bus.local.pipes.targets.messages import queue, topic
from bus.local.pipes.targets.outgoing import Send
from bus.local.pipes.targets.state_machines import state_machine
from bus.local.pipes.targets.streams import firehose, kinesis
from bus.local.plane import Plane

_BUILDERS: dict[str, Callable[[Plane, Definition], Send]] = {
    "event-bus": event_bus,
    "sqs": queue,
    "sns": topic,
    "lambda": function,
    "states": state_machine,
    "kinesis": kinesis,
    "firehose": firehose,
    "logs": log_group,
    "api-destination": api_destination,
}


def compile_send(plane: Plane, definition: Definition) -> Send:
    """How a batch reaches the target of a pipe. Raises AwsError for parameters that no target takes."""
    return _BUILDERS[kind_of(definition.target)](plane, definition)

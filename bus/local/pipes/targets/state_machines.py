"""Step Functions state machines, started and not waited for."""

import json
from collections.abc import Sequence

from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.targets.outgoing import Outgoing, Send, Sent
from bus.local.pipes.template import json_or_text
from bus.local.plane import Plane

LARGEST_INPUT = 262_144  # characters


def state_machine(plane: Plane, definition: Definition) -> Send:
    """FIRE_AND_FORGET: one execution for a batch, with an array as its input, even of one."""

    def send(batch: Sequence[Outgoing]) -> Sent:
        text = json.dumps([json_or_text(outgoing.text) for outgoing in batch])
        if len(text) > LARGEST_INPUT:
            raise PipeFailedError(f"{len(text)} characters are more than an execution takes ({LARGEST_INPUT})")
        plane.call("stepfunctions", "StartExecution", stateMachineArn=definition.target, input=text)
        return Sent()

    return send

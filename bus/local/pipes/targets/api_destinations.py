"""API destinations: the payload is the body (user guide, "Amazon EventBridge Pipes targets")."""

from collections.abc import Sequence

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.pipes.definition import Definition
from bus.local.pipes.http import compile_request
from bus.local.pipes.invocation import Answered
from bus.local.pipes.targets.outgoing import Outgoing, Send, Sent
from bus.local.plane import Plane


def api_destination(plane: Plane, definition: Definition) -> Send:
    """One request for an event: there is no batch of them."""
    request = compile_request(plane, definition.target, definition.sending)

    def send(batch: Sequence[Outgoing]) -> Sent | Later[Sent]:
        [outgoing] = batch
        return when_done(plane, request(outgoing.text, outgoing.event), _sent)

    return send


def _sent(answer: Later[Answered]) -> Sent:
    return Sent(seconds=answer.result().seconds)

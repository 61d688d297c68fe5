"""Lambda functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.invocation import Answered, ask, hand_over
from bus.local.pipes.targets.outgoing import Outgoing, Send, Sent
from bus.local.pipes.template import json_or_text
from bus.local.plane import Plane


def function(plane: Plane, definition: Definition) -> Send:
    """Synchronously unless FIRE_AND_FORGET is asked for; an answer may name the events that failed."""
    forget = definition.sending.get("InvocationType") == "FIRE_AND_FORGET"

    def send(batch: Sequence[Outgoing]) -> Sent | Later[Sent]:
        events = [json_or_text(outgoing.text) for outgoing in batch]
        if forget:
            hand_over(plane, definition.target, events)
            return Sent()
        return when_done(plane, ask(plane, definition.target, events), _sent)

    return send


def _sent(answer: Later[Answered]) -> Sent:
    answered = answer.result()
    return Sent(reported=reported(answered.value), seconds=answered.seconds)


def reported(answer: Any) -> frozenset[str]:
    """The ids in `batchItemFailures`.

    Nothing, an answer without the list, an empty and a null list are success; an id that is empty, null or under
    another name makes the whole batch fail (user guide, "Amazon Simple Queue Service as a source", success and failure
    conditions). Raises PipeFailedError.
    """
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else None
    if not failures:
        return frozenset()
    if not isinstance(failures, list):
        raise PipeFailedError("batchItemFailures is no list")
    return frozenset(map(_identifier, failures))


def _identifier(failure: Any) -> str:
    named = failure.get("itemIdentifier") if isinstance(failure, Mapping) else None
    if not isinstance(named, str) or not named:
        raise PipeFailedError(f"batchItemFailures holds no itemIdentifier: {failure}")
    return named

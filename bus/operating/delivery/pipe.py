"""The way of records through a pipe that gave them up: filter, enrichment, target."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bus.operating.account import Account
from bus.operating.delivery.filtering import wanted
from bus.operating.delivery.invoking import ask, check_reported
from bus.operating.delivery.parcel import Parcel
from bus.operating.delivery.pipe_events import PipeEvent, Templates, parameters
from bus.operating.delivery.sending import send
from bus.operating.errors import RefusedError
from bus.operating.names import kind_of, service_of
from bus.patterns import PIPES

_PARAMETERS = {
    "event-bus": "EventBridgeEventBusParameters",
    "sqs": "SqsQueueParameters",
    "lambda": "LambdaFunctionParameters",
    "states": "StepFunctionStateMachineParameters",
    "kinesis": "KinesisStreamParameters",
    "logs": "CloudWatchLogsParameters",
}


def deliver(account: Account, pipe: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> int:
    """Take `records` through `pipe` (as DescribePipe has it), and say how many events its target accepted.

    Raises RefusedError; some of the events may have been accepted by then, and will be again.
    """
    filters = (pipe.get("SourceParameters") or {}).get("FilterCriteria")
    events = [PipeEvent.of_record(record) for record in wanted(records, filters, PIPES)]
    if not events:
        raise RefusedError("the pipe's filter lets none of its records through any more")
    events = _enriched(account, pipe, events)
    if events:
        _send_all(account, pipe, events)
    return len(events)


def _enriched(account: Account, pipe: Mapping[str, Any], events: list[PipeEvent]) -> list[PipeEvent]:
    """Nothing, "", {}, [] and null reach no target."""
    enrichment = pipe.get("Enrichment")
    if not enrichment:
        return events
    if service_of(enrichment) != "lambda":
        raise RefusedError(f"its enrichment {enrichment} is no function: only the pipe can ask it")
    template = (pipe.get("EnrichmentParameters") or {}).get("InputTemplate")
    templates = Templates(pipe)
    given = [_read(templates.fill(template, event)) if template else event.value for event in events]
    answer = ask(account, enrichment, given)
    if answer in (None, "", {}, []):
        return []
    return [PipeEvent.of_answer(value) for value in (answer if isinstance(answer, list) else [answer])]


def _send_all(account: Account, pipe: Mapping[str, Any], events: Sequence[PipeEvent]) -> None:
    target, given = pipe["Target"], pipe.get("TargetParameters") or {}
    templates, kind = Templates(pipe), kind_of(pipe["Target"])
    texts = [templates.fill(given.get("InputTemplate"), event) for event in events]
    own = given.get(_PARAMETERS.get(kind, ""), {})
    if kind == "lambda" and own.get("InvocationType") != "FIRE_AND_FORGET":
        check_reported(target, ask(account, target, [_read(text) for text in texts]))
    elif kind in ("lambda", "states"):  # they take a batch as an array, even of one
        send(account, target, Parcel(json.dumps([_read(text) for text in texts])))
    else:
        defaults = _bus_defaults(pipe) if kind == "event-bus" else {}
        for text, event in zip(texts, events, strict=True):
            send(account, target, Parcel(text, parameters=parameters({**defaults, **own}, event)))


def _bus_defaults(pipe: Mapping[str, Any]) -> dict[str, str]:
    """As events of pipes without these parameters are seen to have them."""
    return {"Source": f"Pipe {pipe['Name']}", "DetailType": f"Event from aws:{service_of(pipe['Source'])}"}


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text

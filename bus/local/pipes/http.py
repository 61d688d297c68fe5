"""Calls API destinations that enrich events or receive them, through EventBridge, whose they are."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent
from bus.local.pipes.invocation import LARGEST_PAYLOAD, Answered
from bus.local.pipes.parameters import compile_parameter, compile_texts
from bus.local.pipes.template import json_or_text
from bus.local.plane import Plane
from bus.transformation.template import as_text

Request = Callable[[str, PipeEvent], Answered | Later[Answered]]


def compile_request(plane: Plane, arn: str, given: Mapping[str, Any]) -> Request:
    """How a body is sent to an API destination; `given` are HttpParameters, whose values may be dynamic paths.

    Whatever is no 2xx makes the event come again: PipeFailedError.
    """
    path = [compile_parameter("PathParameterValues", value) for value in given.get("PathParameterValues") or ()]
    headers = compile_texts(given.get("HeaderParameters") or {})
    query = compile_texts(given.get("QueryStringParameters") or {})

    def request(text: str, event: PipeEvent) -> Answered | Later[Answered]:
        called = plane.rooms["events"].call_api_destination(
            arn, text, [as_text(read(event)) for read in path], headers(event), query(event)
        )
        return when_done(plane, called, partial(_answered, arn))

    return request


def _answered(arn: str, answer: Later[Any]) -> Answered:
    called = answer.result()
    if called.error is not None:
        raise PipeFailedError(str(called.error), seconds=called.seconds)
    if len(called.body) > LARGEST_PAYLOAD:
        raise PipeFailedError(f"{arn} answered more than {LARGEST_PAYLOAD} bytes", seconds=called.seconds)
    return Answered(json_or_text(called.body.decode(errors="replace")), called.seconds)

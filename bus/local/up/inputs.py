"""What can change the plane from outside: the records of its journal."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bus.local.functions.answer import Answer
from bus.local.http_api.request import HttpRequest
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.wire.messages import Request


class Call(NamedTuple):
    """An AWS operation; `trace_header` is its X-Amzn-Trace-Id."""

    service: str
    operation: str
    params: Mapping[str, Any]
    trace_header: str


class Raw(NamedTuple):
    """A request for a service that moto keeps."""

    service: str
    request: Request


class Visit(NamedTuple):
    """A request to an HTTP API."""

    api_id: str
    request: HttpRequest


class Deploy(NamedTuple):
    """A template of the project, which becomes a stack or changes one; `origin` is where it was read."""

    name: str
    body: str
    origin: str
    parameters: Mapping[str, str]


class Answered(NamedTuple):
    """A function's process is done with an invocation."""

    errand: int
    answer: Answer


class Called(NamedTuple):
    """What came of an HTTP call; None when nobody could be reached."""

    errand: int
    answer: HttpAnswer | None


class HungUp(NamedTuple):
    """Whoever waited for the answer to the input of that number is gone."""

    number: int


class Seen(NamedTuple):
    """Somebody is shown what has happened by then: it happens at those times again, whatever comes."""


class Resume(NamedTuple):
    """The plane was not running, and is again; what was due by `since`, in epoch seconds, had happened before."""

    since: float = 0.0


Input = Call | Raw | Visit | Deploy | Answered | Called | HungUp | Seen | Resume

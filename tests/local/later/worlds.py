"""A world whose functions answer when the test says so, and planes that have it."""

import json
import pickle
from collections.abc import Callable
from typing import Any

import cloudpickle

from bus.local.functions import Answer
from bus.local.later import Later
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.outside.records import Request
from bus.local.plane import Plane
from bus.local.resources import Made, Resource
from bus.local.world import Work

Restored = Callable[[Plane], Plane]


class FakeWorld:
    """Keeps what was asked of functions, in order; `asked` is everything, `out` what has no answer yet."""

    def __init__(self) -> None:
        self.asked: list[Work] = []
        self.out: list[tuple[Work, Later[Answer]]] = []

    def invoke(self, work: Work) -> Later[Answer]:
        later = Later[Answer]()
        self.asked.append(work)
        self.out.append((work, later))
        return later

    def call(self, request: Request, timeout: float) -> Later[HttpAnswer | None]:
        message = f"nobody calls {request.url} within {timeout} s here"
        raise AssertionError(message)

    def answer(self, value: object = None, *, at: int = 0, failed: bool = False, log: str = "") -> None:
        """The invocation that is out longest, or the one `at` that place, answers."""
        work, later = self.out.pop(at)
        version = work.settings.version
        later.settle(Answer(json.dumps(value).encode(), failed, work.request_id, version=version, log=log))

    def fail(self) -> None:
        """It raises a ValueError."""
        self.answer({"errorType": "ValueError", "errorMessage": "no", "stackTrace": []}, failed=True)

    @property
    def events(self) -> list[Any]:
        """The event of each invocation so far."""
        return [json.loads(work.payload) for work in self.asked]


def world_of(plane: Plane) -> FakeWorld:
    """The world of a plane that has this one."""
    assert isinstance(plane.world, FakeWorld)
    return plane.world


def function(plane: Plane, name: str = "f", **properties: Any) -> str:
    """A function of inline code, which never runs; returns its ARN."""
    given = {"FunctionName": name, "Handler": "index.handler", "Runtime": "python3.13", "Timeout": 60}
    given |= {"Role": "arn:aws:iam::123456789012:role/f", "Code": {"ZipFile": "handler = None\n"}, **properties}
    return str(make(plane, "AWS::Lambda::Function", **given).deployed.attributes["Arn"])


def make(plane: Plane, type_: str, **properties: Any) -> Made:
    """A resource of a template."""
    wanted = Resource("stack", "It", type_, properties, "stack-It")
    return Made(wanted, plane.makers.make(wanted))


def wait(plane: Plane, seconds: float = 0) -> None:
    """Let everything happen that is due by then."""
    plane.engine.run_to(plane.clock.time() + seconds)


def copy_of(plane: Plane) -> Plane:
    """The plane after a snapshot and a recovery."""
    copy: Plane = pickle.loads(cloudpickle.dumps(plane))  # noqa: S301 - written here
    return copy


def states(plane: Plane, service: str, event_id: str) -> list[tuple[str, float | None]]:
    """In which state an event is where in a room, and until when."""
    return [(place.state, place.until) for place in plane.rooms[service].whereabouts(event_id)]


def outcomes(plane: Plane, service: str, action: str) -> list[tuple[str, str | None]]:
    """The outcome and the event of each hop of a kind."""
    return [(hop.outcome, hop.event_id) for hop in plane.ledger.find(service, action)]

"""A world whose calls are answered when the test says so."""

from datetime import timedelta
from typing import Any, NamedTuple

import cloudpickle

from bus.local.functions.answer import Answer as FunctionAnswer
from bus.local.later import Later
from bus.local.operations import Response
from bus.local.outside import Answer, Outside, Request
from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom
from bus.local.world import Work


class Out(NamedTuple):
    """An HTTP call that has no answer yet."""

    request: Request
    timeout: float
    later: Later[Answer | None]


class SlowWorld:
    """Keeps every HTTP call; the oldest is answered first."""

    def __init__(self) -> None:
        self.out: list[Out] = []

    def invoke(self, work: Work) -> Later[FunctionAnswer]:
        message = f"no test here invokes {work.arn}"
        raise AssertionError(message)

    def call(self, request: Request, timeout: float) -> Later[Answer | None]:
        self.out.append(Out(request, timeout, Later()))
        return self.out[-1].later

    def answer(self, answer: Answer | int | None) -> Request:
        """Answer the oldest call, and give its request."""
        out = self.out.pop(0)
        out.later.settle(Answer(answer) if isinstance(answer, int) else answer)
        return out.request

    def time_out(self) -> Request:
        """Say that the oldest call took longer than it may."""
        return self.answer(Answer(504, seconds=self.out[0].timeout + 1))


class Ground(NamedTuple):
    """A plane under the real clock, which the test moves."""

    plane: Plane
    world: SlowWorld

    def pass_(self, seconds: float = 0.0) -> None:
        """Let time pass, and everything happen that is due."""
        self.plane.engine.advance(timedelta(seconds=seconds))

    def call(self, service: str, operation: str, **params: Any) -> Response:
        """Do an operation that answers at once, and what is due then."""
        response = self.plane.begin(service, operation, params).result()
        self.pass_()
        return response

    def copy(self, *more: Any) -> tuple[Any, ...]:
        """This and what belongs to it, out of a snapshot."""
        copied: tuple[Any, ...] = cloudpickle.loads(cloudpickle.dumps((self, *more)))
        return copied


def ground(*rooms: Any) -> Ground:
    """A plane with queues, topics, an outside and other rooms."""
    plane, world = Plane(), SlowWorld()
    for room in (Outside, SqsRoom, SnsRoom, *rooms):
        plane.open(room(plane))
    plane.world = world
    return Ground(plane, world)

"""The plane as a state machine: a state, inputs with their instants, and nothing else that could change it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from moto.moto_api._internal import mock_random  # moto's one source of randomness

from bus.local.errors import NeverIdleError, PlaneError
from bus.local.later import Later
from bus.local.operations import Params
from bus.local.plane import Chance, Plane
from bus.local.up.errands import Errands
from bus.local.up.inputs import Answered, Call, Called, Deploy, HungUp, Input, Raw, Resume, Visit
from bus.local.wire.local import PlaneFront
from bus.local.wire.messages import Request, Response
from bus.topology import TopologyError

_log = logging.getLogger(__name__)

# Who waits for an answer to an input, by the input's number.
Listener = Callable[[int, Later[Any]], None]


class Machine:
    """Applies inputs; from one state and the same inputs at the same instants it comes to the same state.

    What an input answers may come later: `listener` is told then, by the number of the input. A bug in a room ends
    that one task or answer, and not the rest; it would do so again in a replay, so the states stay the same.
    """

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.errands = Errands()
        plane.world = self.errands
        self.taken = 0  # inputs so far; the number of the present one
        self._waiting: dict[int, Later[Any]] = {}
        self.listener: Listener | None = None
        self._reading = Chance(0)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "listener": None}

    @property
    def waiting(self) -> list[int]:
        """The numbers of the inputs that have no answer yet."""
        return list(self._waiting)

    def run_to(self, instant: float) -> None:
        """Let everything happen that is due by then, in epoch seconds."""
        while True:
            try:
                self.plane.engine.run_to(instant)
            except NeverIdleError:
                _log.exception("the plane does not come to rest")
                return
            except Exception:  # noqa: BLE001 - a bug of a room: what else is due has nothing to do with it
                _log.exception("a task of the plane failed")
                continue
            return

    def read(self, instant: float, service: str, operation: str, params: Params) -> Later[Any]:
        """An operation that changes nothing, and that the journal therefore need not have.

        The ids that it draws are no part of the plane's chance.
        """
        self.run_to(instant)
        with self._aside():
            return self._begin(service, operation, params)

    def read_raw(self, instant: float, service: str, request: Request) -> Response:
        """The same for a request that moto answers. Raises OperationError."""
        self.run_to(instant)
        with self._aside():
            return PlaneFront(self.plane).raw(service, request)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Within the block, what is drawn is no part of the state."""
        chance, motos = self.plane.chance.random, mock_random.getstate()
        self.plane.chance.random = self._reading.random
        try:
            yield
        finally:
            self.plane.chance.random = chance
            mock_random.setstate(motos)

    def apply(self, instant: float, given: Input) -> Later[Any]:
        """Take the next input; what it answers, at once or later."""
        self.taken += 1
        if isinstance(given, Resume):
            self.run_to(given.since)
            # Time that nobody was there for: what was due in it happens now, once, and not as it would have then.
            self.plane.clock.move_to(instant)
        self.run_to(instant)
        later = self._answer(given)
        if not later.done:
            self._waiting[self.taken] = later
            later.then(partial(self._settled, self.taken))
        return later

    def _answer(self, given: Input) -> Later[Any]:
        try:
            return self._do(given)
        except (PlaneError, TopologyError) as error:
            return Later.failed(error)
        except Exception as error:  # noqa: BLE001 - as in run_to; whoever asked is told
            _log.exception("%s failed", type(given).__name__)
            return Later.failed(error)

    def _do(self, given: Input) -> Later[Any]:
        plane = self.plane
        match given:
            case Call(service, operation, params, trace_header):
                with plane.rooms["lambda"].called_by(trace_header):
                    return plane.begin(service, operation, params)
            case Answered(number, answer):
                self.errands.answered(number, answer)
            case Called(number, answer):
                self.errands.called(number, answer)
            case HungUp(number):
                self._hang_up(number)
            case Visit(api_id, request):
                visit: Later[Any] = plane.rooms["apigatewayv2"].begin_request(api_id, request)
                return visit
            case Raw(service, request):
                return Later.of(PlaneFront(plane).raw(service, request))
            case Deploy(name, body, origin, parameters):
                return Later.of(plane.rooms["cloudformation"].deploy(name, body, origin, parameters))
        return Later.of(None)

    def _begin(self, service: str, operation: str, params: Params) -> Later[Any]:
        try:
            return self.plane.begin(service, operation, params)
        except Exception as error:  # noqa: BLE001 - as in run_to; whoever asked is told
            _log.exception("%s:%s failed", service, operation)
            return Later.failed(error)

    def _hang_up(self, number: int) -> None:
        later = self._waiting.pop(number, None)
        if later is not None and later.abandon is not None:
            later.abandon()

    def _settled(self, number: int, later: Later[Any]) -> None:
        if self._waiting.pop(number, None) is not None and self.listener is not None:
            self.listener(number, later)

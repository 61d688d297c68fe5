"""The plane under the real clock: every input is journaled, then applied; what is due happens when its time comes."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bus.local.errors import AwsError
from bus.local.functions.answer import Answer
from bus.local.http_api import HttpRequest, HttpResponse
from bus.local.later import Later
from bus.local.operations import Params
from bus.local.operations import Response as Answered_
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.outside.records import Request as HttpCall
from bus.local.up import garbage
from bus.local.up.inputs import Answered, Call, Called, Deploy, HungUp, Input, Raw, Resume, Seen, Visit
from bus.local.up.machine import Machine
from bus.local.up.outward import HttpCalls
from bus.local.up.reading import reads, reads_raw
from bus.local.up.state import State
from bus.local.wire.messages import Request, Response
from bus.local.world import Work

_log = logging.getLogger(__name__)

REPLAYED = 1.0  # seconds of work after which a snapshot is begun; see `_save_soon`
QUIET = 30.0  # seconds without an input after which a snapshot costs nobody anything
_REAPED = 0.5  # seconds between two looks whether a snapshot is written
ASLEEP = 60.0  # seconds that the clock cannot leap while this process runs: the machine slept
_AGAIN = 1.0  # seconds until what came back is taken again, when the disk was full


class NotTakenError(AwsError):
    """The journal cannot be written, so nothing is done; an SDK tries again."""

    def __init__(self, error: OSError) -> None:
        super().__init__("InternalFailure", f"the journal cannot be written: {error}", status=500)


class Live:
    """A `Front` for the endpoint, and the runner of the plane's errands; on one loop's thread.

    `unsaved` is the seconds that the recovery took beside reading the snapshot. `run_function` starts an invocation and
    calls back once with its answer. `changed` is called after anything that may have changed the plane.
    """

    def __init__(
        self,
        machine: Machine,
        state: State,
        *,
        unsaved: float,
        run_function: Callable[[Work, Callable[[Answer], None]], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.machine, self.plane = machine, machine.plane
        self._state, self._run_function, self._changed = state, run_function, changed
        self._http = HttpCalls()
        self._clients: dict[int, Later[Any]] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._unsaved = unsaved  # seconds of work since the last snapshot
        self._idle: asyncio.TimerHandle | None = None
        self._taken_at = self._loop.time()
        self._unseen = False  # whether anything has happened since the last input that nobody was shown
        machine.listener = self._settled

    def start(self) -> None:
        """Go on from where the machine stood: errands and callers that died with the last process have their end.

        Raises NotTakenError.
        """
        dead, calls = self.machine.errands.cut_off
        callers = self.machine.waiting
        garbage.keep()
        self.machine.errands.runner = self
        self._apply(Resume(self.plane.clock.time()))
        for number in callers:
            self._apply(HungUp(number))
        for number, answer in dead.items():
            self._apply(Answered(number, answer))
        for number in calls:
            self._apply(Called(number, None))

    def stop(self) -> None:
        """Take nothing more, and leave a snapshot. Invocations under way count as cut off at the next start."""
        for timer in (self._timer, self._idle):
            if timer is not None:
                timer.cancel()
        self.machine.errands.runner = None
        self.machine.listener = None
        try:
            self._state.close(self.machine)
        except OSError as error:
            _log.warning("no snapshot could be written, and the next start takes longer: %s", error)

    # What the wire asks

    def owns(self, service: str) -> bool:
        return self.plane.operations.owns(service)

    def call(self, service: str, operation: str, params: Params, trace_header: str = "") -> Later[Answered_]:
        if reads(service, operation):
            return self._read(service, operation, params)
        return self._take(Call(service, operation, params, trace_header))

    def raw(self, service: str, request: Request) -> Response:
        if reads_raw(service, request):
            return self.machine.read_raw(self._shown(), service, request)
        later: Later[Response] = self._take(Raw(service, request))
        return later.result()

    def visit(self, api_id: str, request: HttpRequest) -> Later[HttpResponse]:
        """A request to an HTTP API."""
        return self._take(Visit(api_id, request))

    def deploy(self, name: str, body: str, origin: str, parameters: dict[str, str]) -> str:
        """Create or change the stack of a template. Raises PlaneError."""
        later: Later[str] = self._take(Deploy(name, body, origin, parameters))
        return later.result()

    # What the plane asks

    def invoke(self, number: int, work: Work) -> None:
        self._run_function(work, lambda answer: self._back(Answered(number, answer)))

    def call_out(self, number: int, request: HttpCall, timeout: float) -> None:
        def told(answer: HttpAnswer | None) -> None:
            self._back(Called(number, answer))

        self._http.begin(request, timeout, lambda answer: self._loop.call_soon_threadsafe(told, answer))

    def _back(self, given: Input) -> None:
        if self.machine.errands.runner is not self:  # what comes after the stop is of no more use
            return
        try:
            self._apply(given)
        except NotTakenError as error:
            _log.warning("what came back is taken later: %s", error)
            self._loop.call_later(_AGAIN, self._back, given)

    # How inputs are taken

    def _now(self) -> float:
        """The real time, which never goes back here."""
        return max(time.time(), self.plane.clock.time())

    def _read(self, service: str, operation: str, params: Params) -> Later[Any]:
        return self.machine.read(self._shown(), service, operation, params)

    def _shown(self) -> float:
        """Now, when somebody is shown what has happened so far: a recovery has it happen at the same times."""
        now, due = self._now(), self.plane.engine.next_instant
        if self._unseen or (due is not None and due <= now):
            self._take(Seen())
        return self._now()

    def _take(self, given: Input) -> Later[Any]:
        try:
            return self._apply(given)
        except NotTakenError as error:
            return Later.failed(error)

    def _apply(self, given: Input) -> Later[Any]:
        """Append it, and then act on it. Raises NotTakenError, and has done nothing then."""
        now = self._now()
        if now - self.plane.clock.time() > ASLEEP and not isinstance(given, Resume):
            self._apply(Resume(self.plane.clock.time()))
        try:
            self._state.append(now, given)
        except OSError as error:
            raise NotTakenError(error) from error
        self._taken_at, self._unseen = self._loop.time(), False
        began = time.perf_counter()
        later = self.machine.apply(now, given)
        self._worked(began)
        if later.done:
            return later
        number, client = self.machine.taken, Later[Any]()
        self._clients[number] = client
        client.abandon = partial(self._abandoned, number)
        return client

    def _worked(self, began: float) -> None:
        self._unsaved += time.perf_counter() - began
        self._set_timer()
        self._changed()
        if self._unsaved > REPLAYED:
            self._save_soon()
        elif self._idle is None:
            self._idle = self._loop.call_later(QUIET, self._quiet)

    def _abandoned(self, number: int) -> None:
        if self._clients.pop(number, None) is not None and self.machine.listener is not None:
            self._take(HungUp(number))

    def _settled(self, number: int, later: Later[Any]) -> None:
        client = self._clients.pop(number, None)
        if client is None:
            return
        try:
            value = later.result()
        except Exception as error:  # noqa: BLE001 - whatever it is, it goes to whoever asked
            client.fail(error)
        else:
            client.settle(value)

    # Time

    def _set_timer(self) -> None:
        due = self.plane.engine.next_instant
        if due is None or (self._timer is not None and self._timer_at == due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = due
        self._timer = self._loop.call_later(max(0.0, due - time.time()), self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._now()
        if now - self.plane.clock.time() > ASLEEP and self._timer_at < now - ASLEEP:
            self._back(Resume(self.plane.clock.time()))
            return
        began, self._unseen = time.perf_counter(), True
        self.machine.run_to(now)
        self._worked(began)

    # Snapshots

    def _save_soon(self) -> None:
        """Save. A snapshot that is not written by now is begun again in a hurry; if it was, everybody waits for it.

        So a recovery never has more to do again than three times `REPLAYED`.
        """
        late = self._state.writing
        if late and self._state.hurried:
            self._state.finish()
            late = False
        self._save(hurry=late)

    def _save(self, *, hurry: bool = False) -> None:
        self._unsaved = 0.0
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        try:
            self._state.snapshot(self.machine, hurry=hurry)
        except OSError as error:  # what was applied is applied; the next second of work tries again
            _log.warning("no snapshot can be begun: %s", error)
        else:
            self._loop.call_later(_REAPED, self._reap)

    def _reap(self) -> None:
        if self._state.writing:
            self._loop.call_later(_REAPED, self._reap)

    def _quiet(self) -> None:
        """Look whether inputs still come; when none do, save."""
        self._idle = None
        left = self._taken_at + QUIET - self._loop.time()
        if left > 0:
            self._idle = self._loop.call_later(left, self._quiet)
            return
        garbage.look()
        if self._unsaved > 0 and not self._state.writing:
            self._save()

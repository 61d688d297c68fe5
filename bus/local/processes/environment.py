"""An execution environment: one process, and one invocation at a time."""

import asyncio
import errno
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bus.local.functions.failures import timed_out
from bus.local.functions.function import LARGEST_ANSWER
from bus.local.functions.settings import Settings
from bus.local.later import Later
from bus.local.processes.endings import logged_ending, process_ended, too_large
from bus.local.processes.ground import Ground
from bus.local.processes.invocation import Invocation
from bus.local.processes.memory import peak_memory
from bus.local.processes.output import Output
from bus.local.processes.runtime_api import RuntimeApi, UnknownRequestError, invocation
from bus.local.processes.variables import variables
from bus.local.wire.messages import Response
from bus.local.wire.server import Limits, Server

INIT_TIMEOUT = 10.0  # seconds: Lambda developer guide, "Lambda execution environment lifecycle", Init phase
PARTING = 1.0  # seconds
# A handler may take 15 minutes between two requests, and a warm process waits for as long as it is kept.
_LIMITS = Limits(idle_seconds=24 * 3600)


@dataclass(frozen=True, slots=True)
class Make:
    """What an environment is made of; one with another make is of no use."""

    settings: Settings
    role: str
    folder: Path


class ExecutionEnvironment:
    """Starts a process for the invocation `first`, and takes others one by one, as long as it is `usable`.

    `free` is called when it has answered. `gone` is called once when its process is dead, with an invocation that it
    was given and never began. A process that outlives its function's timeout is killed, and answered for as Lambda
    does; so is one that ended by itself. Loading the handler has 10 s of its own; a start that takes longer is done
    again within the invocation's timeout. The memory that a function is set to is reported, and not enforced.
    """

    def __init__(
        self,
        ground: Ground,
        make: Make,
        first: Invocation,
        *,
        free: Callable[["ExecutionEnvironment"], None],
        gone: Callable[["ExecutionEnvironment", Invocation | None], None],
    ) -> None:
        self.make, self.usable, self.free_since = make, True, 0.0
        self._ground, self._free, self._gone = ground, free, gone
        self._given: Invocation | None = first
        self._running: Invocation | None = None
        self._waiting: Later[Response] | None = None
        self._ready = self._overran = False
        self._pid = self._peak = 0
        self._number: int | None = None
        self._output: Output | None = None
        self._server: Server | None = None
        self._began = 0.0
        self._timer: asyncio.TimerHandle | None = None
        ground.soon(self._start(first))

    @property
    def busy(self) -> bool:
        """Whether an invocation is under way or waits for the process."""
        return self._running is not None or self._given is not None

    def assign(self, given: Invocation) -> None:
        """The next invocation; only while it is usable and not busy."""
        self._given = given
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.settle(self._hand_over(given))

    def end(self) -> None:
        """Kill the process."""
        self.usable = False
        if self._number is not None:
            self._nursery.kill(self._number)

    # The process's side of the Runtime API

    def next(self) -> Later[Response]:
        if not self._ready:
            self._ready = True
            self._set_timer(None)
            if self._given is not None and not self._given.restarted:
                self._given.starting = self._ground.loop.time() - self._began
        if self._given is not None:
            return Later.of(self._hand_over(self._given))
        self._waiting = Later()
        self._waiting.abandon = self._hung_up
        return self._waiting

    def answer(self, request_id: str, payload: bytes, *, failed: bool) -> None:
        running = self._running
        if running is None or running.request_id != request_id:
            raise UnknownRequestError(request_id)
        if len(payload) > LARGEST_ANSWER:
            self.usable = False
            self._finish(running, too_large(request_id), failed=True)
            self._ends_itself()
        else:
            self._finish(running, payload, failed=failed)

    def init_failed(self, payload: bytes) -> None:
        self.usable = False
        if self._given is not None:
            given, self._given = self._given, None
            self._finish(given, payload, failed=True, error_type=json.loads(payload)["errorType"])
        self._ends_itself()

    # The process itself

    def born(self, pid: int) -> None:
        self._pid, self._began = pid, self._ground.loop.time()
        if self._given is None:
            return
        timeout = self.make.settings.timeout
        if self._given.restarted:
            self._given.deadline = self._began + timeout
        self._set_timer(self._began + (timeout if self._given.restarted else INIT_TIMEOUT))

    def ended(self, status: int) -> None:
        self.usable = False
        self._set_timer(None)
        if self._output is not None:
            self._output.close()
        given, self._given = self._given, None
        if self._running is not None:
            self._fail(self._running, status)
        elif given is not None and not self._may_start_again(given):
            self._fail(given, status)
            given = None
        if self._server is not None:
            self._ground.soon(self._server.stop(grace=0))
        self._gone(self, given)

    def _may_start_again(self, given: Invocation) -> bool:
        if self._ground.closed:
            return False
        again = self._ready or (self._overran and not given.restarted)
        given.restarted = given.restarted or not self._ready
        return again

    async def _start(self, first: Invocation) -> None:
        server = Server(RuntimeApi(self), limits=_LIMITS)
        try:
            await server.start("127.0.0.1", 0)
            self._server = server
            if not self._ground.closed:
                self._bear(first, server.port)
        except (OSError, IndexError) as error:  # out of files, which uvloop may answer with a server of no socket
            reason = getattr(error, "strerror", "") or os.strerror(errno.EMFILE)
            self._log(first, [f"no process could be started: {reason}"])
        if self._number is None:
            self.ended(signal.SIGKILL)
        elif not self.usable:
            self._nursery.kill(self._number)

    def _bear(self, first: Invocation, port: int) -> None:
        self._output = Output(self._said)
        work, settings = first.work, self.make.settings
        more = {
            **self._ground.environment_of(work),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        }
        given = variables(settings, work.arn.split(":")[3], self.make.folder, more)
        self._nursery = self._ground.nursery(given)
        self._number = self._nursery.bear(
            self,
            name=settings.name,
            handler=settings.handler,
            folder=self.make.folder,
            environment=given,
            log=self._output.writes,
        )

    def _hand_over(self, given: Invocation) -> Response:
        self._given, self._running = None, given
        now = self._ground.loop.time()
        if given.deadline is None:
            given.deadline = now + self.make.settings.timeout
        self._set_timer(given.deadline)
        self._log(given, given.began())
        return invocation(given.work, time.time() + given.deadline - now)

    def _hung_up(self) -> None:
        """It no longer waits: it is about to be dead."""
        self._waiting = None
        self.end()

    def _ends_itself(self) -> None:
        """The runtime does, unless a thread of the function holds it up."""
        self._set_timer(self._ground.loop.time() + PARTING)

    def _set_timer(self, at: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if at is None else self._ground.loop.call_at(at, self._too_long)

    def _too_long(self) -> None:
        self._overran = True
        self.end()

    def _fail(self, given: Invocation, status: int) -> None:
        request_id = given.request_id
        if self._overran:
            payload = timed_out(self.make.settings.timeout, request_id)
        else:
            payload = process_ended(status, request_id)
        self._log(given, logged_ending(payload, request_id))
        self._finish(given, payload, failed=True, error_type=payload["errorType"])

    def _finish(
        self, given: Invocation, payload: bytes | dict[str, Any], *, failed: bool, error_type: str = ""
    ) -> None:
        self._set_timer(None)
        if self._output is not None:
            self._output.flush()
        self._running = None
        self._peak = peak_memory(self._pid) or self._peak
        self._log(given, [*given.began(), *given.report(self._peak, error_type)])
        # Later: the process goes on before anybody acts on what it said.
        self._ground.loop.call_soon(self._tell, given, payload, failed)

    def _tell(self, given: Invocation, payload: bytes | dict[str, Any], failed: bool) -> None:  # noqa: FBT001 - a callback's argument
        if self.usable:
            self._free(self)
        given.finish(payload, failed=failed)

    def _said(self, line: str) -> None:
        self._log(self._running or self._given, [line])

    def _log(self, during: Invocation | None, lines: list[str]) -> None:
        if during is not None:
            for line in lines:
                during.keep(line)
        self._ground.log(self.make.settings.name, "" if during is None else during.request_id, lines)

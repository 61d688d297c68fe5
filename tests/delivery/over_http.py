"""A server for the delivery suite: an empty platform under the virtual clock, behind the wire.

`python -m tests.delivery.over_http` writes its port to standard output, and ends with its standard input. Below
`/_case/` it answers what no AWS does: GET `now` (epoch seconds), POST `wait/SECONDS`, POST `new` (a platform with
nothing in it), and GET `bugs` (the tracebacks that the wire logged since then, a JSON list).
"""

import asyncio
import json
import logging
import os
import sys
from contextlib import ExitStack
from datetime import timedelta

import uvloop

from bus.local.later import Later
from bus.local.platform import LocalPlatform
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.local import PlaneFront
from bus.local.wire.messages import Request, Response
from bus.local.wire.server import Answer, Server

HOST = "127.0.0.1"
CONTROL = "/_case/"


class Bugs(logging.Handler):
    """Keeps what is logged of requests that could not be answered."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.logged: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.logged.append(self.format(record))


class Ground:
    """The platform of the present case, and the requests that are about it as a whole."""

    def __init__(self, bugs: Bugs) -> None:
        self._bugs, self._exits = bugs, ExitStack()
        self._platform, self._endpoint = self._new()

    def answer(self, request: Request) -> Answer:
        if not request.path.startswith(CONTROL):
            return self._endpoint.answer(request)
        name, _, given = request.path.removeprefix(CONTROL).partition("/")
        match name:
            case "new":
                self._platform, self._endpoint = self._new()
                answer: object = None
            case "wait":
                self._platform.advance(timedelta(seconds=float(given)))
                answer = None
            case "now":
                answer = self._platform.plane.clock.time()
            case "bugs":
                answer = self._bugs.logged
            case _:
                return Later.of(Response(404))
        return Later.of(Response(200, {"content-type": "application/json"}, json.dumps(answer).encode()))

    def _new(self) -> tuple[LocalPlatform, Endpoint]:
        self._exits.close()
        self._bugs.logged.clear()
        platform = self._exits.enter_context(LocalPlatform.from_templates())
        return platform, Endpoint(PlaneFront(platform.plane))


async def _serve() -> None:
    bugs = Bugs()
    logging.getLogger("bus.local.wire").addHandler(bugs)
    server = Server(Ground(bugs).answer)
    await server.start(HOST, 0)
    os.write(sys.stdout.fileno(), f"{server.port}\n".encode())
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
    await over.wait()
    await server.stop(grace=0)


if __name__ == "__main__":
    uvloop.run(_serve())

"""What the plane has asked of the world and has no answer to yet."""

import json
from itertools import count
from typing import Any, Protocol

from bus.local.functions.answer import Answer
from bus.local.later import Later
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.outside.records import Request
from bus.local.world import Work


class Runner(Protocol):
    """Who does errands; each answer comes back as an input of the plane, by the errand's number."""

    def invoke(self, number: int, work: Work) -> None:
        """Run a function."""

    def call_out(self, number: int, request: Request, timeout: float) -> None:
        """Make an HTTP call, of at most `timeout` seconds."""


class Errands:
    """A World that keeps what is under way.

    Without a runner (while a journal is replayed) nothing is really done: the answers are in the journal, and what
    has none there was cut off.
    """

    def __init__(self) -> None:
        self._numbers = count(1)
        self._invocations: dict[int, tuple[Work, Later[Answer]]] = {}
        self._calls: dict[int, Later[HttpAnswer | None]] = {}
        self.runner: Runner | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "runner": None}

    def invoke(self, work: Work) -> Later[Answer]:
        number, later = next(self._numbers), Later[Answer]()
        self._invocations[number] = work, later
        if self.runner is not None:
            self.runner.invoke(number, work)
        return later

    def call(self, request: Request, timeout: float) -> Later[HttpAnswer | None]:
        number, later = next(self._numbers), Later[HttpAnswer | None]()
        self._calls[number] = later
        if self.runner is not None:
            self.runner.call_out(number, request, timeout)
        return later

    def answered(self, number: int, answer: Answer) -> None:
        """A function has answered."""
        _, later = self._invocations.pop(number)
        later.settle(answer)

    def called(self, number: int, answer: HttpAnswer | None) -> None:
        """A server has answered, or cannot be reached."""
        self._calls.pop(number).settle(answer)

    @property
    def cut_off(self) -> tuple[dict[int, Answer], list[int]]:
        """The answers to the invocations under way if their processes are dead, and the numbers of HTTP calls.

        That is a crash of the function, which AWS retries as any other failure.
        """
        dead = {number: _crashed(work) for number, (work, _) in self._invocations.items()}
        return dead, list(self._calls)


def _crashed(work: Work) -> Answer:
    message = f"RequestId: {work.request_id} Error: Runtime exited with error: signal: killed"
    payload = {"errorType": "Runtime.ExitError", "errorMessage": message}
    return Answer(json.dumps(payload).encode(), failed=True, request_id=work.request_id, version=work.settings.version)

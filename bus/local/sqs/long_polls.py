"""Long polls under the real clock: who waits at a queue, and who of them gets what.

Developer guide, "Amazon SQS short and long polling": a long poll is answered as soon as a message is there, or with
nothing when its wait is over.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import NamedTuple

from bus.local.engine import Engine, Timer
from bus.local.errors import OperationError
from bus.local.later import Later
from bus.local.operations import Response

# Receives once more; an empty response when nothing could be.
Again = Callable[[], Response]


class _Poll(NamedTuple):
    again: Again
    answer: Later[Response]
    end: Timer


class LongPolls:
    """Whoever waits at one queue, first come first served: each message goes to one of them.

    `receivable` says whether a receive would find anything; when that changes, `serve` whoever is `waiting`. Nobody is
    looked at but who is served next.
    """

    def __init__(self, engine: Engine, receivable: Callable[[], bool]) -> None:
        self._engine, self._receivable = engine, receivable
        self.waiting: OrderedDict[int, _Poll] = OrderedDict()
        self._numbers = count()
        self._serving: Timer | None = None

    def wait(self, seconds: float, again: Again) -> Later[Response]:
        """The response, at most `seconds` from now; who hangs up (`abandon`) gets no message."""
        number, answer = next(self._numbers), Later[Response]()
        end = self._engine.after(seconds, partial(self._end, number))
        answer.abandon = partial(self._hang_up, number)
        self.waiting[number] = _Poll(again, answer, end)
        return answer

    def serve(self) -> None:
        """Something can be received: let the first of them have it, after what goes on at this instant."""
        if self._serving is None:
            self._serving = self._engine.soon(self._serve)

    def fail(self, error: OperationError) -> None:
        """Answer everybody with this error."""
        while self.waiting:
            self._leave(next(iter(self.waiting))).fail(error)

    def _serve(self) -> None:
        self._serving = None
        while self.waiting and self._receivable():
            number, poll = next(iter(self.waiting.items()))
            # It is empty when all that was there were dead letters; then the next look finds less.
            if received := poll.again():
                self._leave(number).settle(received)

    def _leave(self, number: int) -> Later[Response]:
        poll = self.waiting.pop(number)
        poll.end.cancel()
        return poll.answer

    def _hang_up(self, number: int) -> None:
        self._leave(number)

    def _end(self, number: int) -> None:
        self._leave(number).settle({})

"""Lines onto standard output, without anybody waiting for the terminal."""

import os
import sys
from collections import deque
from threading import Condition, Thread
from typing import TextIO

MOST = 5_000  # lines that wait, where there is more to tell than a terminal can show
_LONGEST_END = 2.0  # seconds that the last lines have


class Lines:
    """A thread that writes; a terminal that is paused, or slow, or gone, holds up nothing else.

    Lines beyond MOST are left out, and counted.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._waiting: deque[str] = deque()
        self._left_out = 0
        self._ended = False
        self._changed = Condition()
        self._thread = Thread(target=self._write, name="lines", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Write it soon."""
        with self._changed:
            if len(self._waiting) >= MOST:
                self._left_out += 1
                return
            self._waiting.append(line)
            self._changed.notify()

    def end(self) -> None:
        """Write what waits, for as long as that takes at most."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(_LONGEST_END)

    def _write(self) -> None:
        while lines := self._next():
            try:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
            except (OSError, ValueError):  # whoever read is gone, or the stream is closed: the platform goes on
                _point_elsewhere(self._stream)

    def _next(self) -> list[str]:
        with self._changed:
            while not self._waiting and not self._ended:
                self._changed.wait()
            lines = list(self._waiting)
            self._waiting.clear()
            if self._left_out:
                lines.append(f"({self._left_out:,} lines left out: more than can be shown; bus tail --json has all)")
                self._left_out = 0
            return lines


def _point_elsewhere(stream: TextIO) -> None:
    """Python flushes standard output at its end, and would complain once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return

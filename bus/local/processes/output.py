"""What a process writes, line by line."""

import asyncio
import contextlib
import os
from collections.abc import Callable

_AT_ONCE = 64 * 1024  # bytes
_LONGEST = 256 * 1024  # bytes of a line: CloudWatch Logs takes no longer event


class Output:
    """The reading end of a process's stdout and stderr; `line` is told of each line, without its end.

    awslambdaric ends the lines within an error with a carriage return, so that a log keeps them together; they are
    lines here. An unfinished line is told by `flush`.
    """

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._reads, self.writes = os.pipe()
        os.set_blocking(self._reads, False)
        self._unfinished = b""
        self._open = True
        self._loop.add_reader(self._reads, self._read)

    def flush(self) -> None:
        """Tell of all that has been written until now."""
        while self._read():
            pass
        if self._unfinished:
            self._tell(self._unfinished)
            self._unfinished = b""

    def close(self) -> None:
        """Tell of the rest, and read no more."""
        self.flush()
        self._shut()

    def _read(self) -> bool:
        """Whether there may be more."""
        if not self._open:
            return False
        try:
            piece = os.read(self._reads, _AT_ONCE)
        except BlockingIOError:
            return False
        if not piece:
            self._shut()
            return False
        *lines, self._unfinished = (self._unfinished + piece).split(b"\n")
        for line in lines:
            self._tell(line)
        if len(self._unfinished) > _LONGEST:
            self._tell(self._unfinished)
            self._unfinished = b""
        return len(piece) == _AT_ONCE

    def _tell(self, line: bytes) -> None:
        for part in line.rstrip(b"\r").split(b"\r"):
            self._line(part.decode(errors="replace"))

    def _shut(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._reads)
            with contextlib.suppress(OSError):
                os.close(self._reads)

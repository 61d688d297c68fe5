"""What functions print and log, kept for the platform to show and never on the terminal."""

import io
import logging
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, TextIO

KEPT_LINES = 10_000


class Log:
    """The last lines that one function wrote, as its CloudWatch log group would hold them."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._unfinished = ""
        self._followers: list[list[str]] = []

    @contextmanager
    def followed(self) -> Iterator[list[str]]:
        """What is written within the block, piece by piece."""
        pieces: list[str] = []
        self._followers.append(pieces)
        try:
            yield pieces
        finally:
            self._followers.remove(pieces)

    def write(self, text: str) -> None:
        """Add `text`; a line counts when its end is written."""
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        self._lines.extend(lines)
        for pieces in self._followers:
            pieces.append(text)

    def lines(self) -> list[str]:
        """Every kept line, oldest first, the unfinished one included."""
        return [*self._lines, *([self._unfinished] if self._unfinished else [])]


class RunningFunctionOutput(io.TextIOBase):
    """A stream that goes to the log of whichever function is running, and to `sys.<outside>` when none is.

    There is one for all functions, because a logging handler made by one of them keeps the stream it found when
    it was made, and libraries that functions share make such handlers.
    """

    log: ClassVar[Log | None] = None

    def __init__(self, outside: str) -> None:
        self._outside = outside

    def write(self, text: str) -> int:
        if self.log is None:
            stream: TextIO = getattr(sys, self._outside)
            return stream.write(text)
        self.log.write(text)
        return len(text)

    def writable(self) -> bool:
        return True


STDOUT = RunningFunctionOutput("stdout")
STDERR = RunningFunctionOutput("stderr")


def runtime_handler() -> logging.Handler:
    """A root handler that writes as Lambda's Python runtime does (awslambdaric, `bootstrap.py`)."""
    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(STDOUT)
    handler.setFormatter(formatter)
    return handler


class Logging:
    """The logging of one process: its loggers by name, and its root handlers and level.

    Loggers that existed before stay shared, as the libraries that hold them are; those that a function makes are its
    own. So are Powertools' (named after the service): one that this process made for itself is not shared, or the
    function's would write where that one does.
    """

    def __init__(self) -> None:
        loggers = logging.Logger.manager.loggerDict
        self._loggers = {name: logger for name, logger in loggers.items() if not hasattr(logger, "powertools_handler")}
        self._handlers: list[logging.Handler] = [runtime_handler()]
        self._level = logging.WARNING

    def swap(self) -> None:
        """Exchange this process's logging with the one in force; called again, it puts that one back."""
        manager, root = logging.Logger.manager, logging.root
        manager.loggerDict, self._loggers = self._loggers, manager.loggerDict
        root.handlers, self._handlers = self._handlers, root.handlers
        if root.level != self._level:
            self._level, level = root.level, self._level
            root.setLevel(level)

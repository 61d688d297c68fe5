"""Ctrl-C that ends work between two steps, not within one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType


@dataclass
class Interruption:
    """Whether somebody pressed Ctrl-C, or asked the process to end; a second Ctrl-C ends it on the spot."""

    wanted: bool = False

    def __call__(self) -> bool:
        return self.wanted


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Within, SIGINT and SIGTERM are noted instead of obeyed."""
    stop = Interruption()
    if current_thread() is not main_thread():  # signals reach no other
        yield stop
        return

    def note(number: int, _: FrameType | None) -> None:
        if stop.wanted and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.wanted = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

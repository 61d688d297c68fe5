"""Where functions' processes come from: this process's side of a mother."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

_MOTHER = Path(__file__).with_name("mother.py")
_LARGEST = 64 * 1024  # bytes of a message from the mother
_GRACE = 5.0  # seconds that a mother has to end


class Child(Protocol):
    """Who has a process of its own, and hears of it."""

    def born(self, pid: int) -> None:
        """It runs."""

    def ended(self, status: int) -> None:
        """It is dead, with the wait status `status`; called once."""


class Nursery:
    """A mother and her children. She is started at once and takes 0.4 s to load `modules`; births wait for that.

    The thread that makes this must live as long as this process does: Linux ties the mother's life to it.
    """

    def __init__(self, environment: Mapping[str, str], modules: Sequence[str]) -> None:
        self._loop = asyncio.get_running_loop()
        self._control, hers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
        arguments = [json.dumps(each) for each in (os.getpid(), hers.fileno(), folders, list(modules))]
        with hers:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", "-X", "utf8", str(_MOTHER), *arguments],
                env=environment,
                pass_fds=[hers.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control.settimeout(0)
        self._children: dict[int, Child] = {}
        self._orders: deque[tuple[bytes, int | None]] = deque()
        self._born = 0
        self.alive = True
        self._loop.add_reader(self._control, self._hear)

    def bear(
        self, child: Child, *, name: str, handler: str, folder: Path, environment: Mapping[str, str], log: int
    ) -> int:
        """Start a process in `folder` which writes to the file `log`, which this closes; its number here."""
        self._born += 1
        self._children[self._born] = child
        order = {
            "number": self._born,
            "name": name,
            "handler": handler,
            "folder": str(folder),
            "environment": dict(environment),
        }
        self._send(order, log)
        return self._born

    def kill(self, number: int) -> None:
        """End a process, and what it started, at once; nothing happens if it is dead."""
        if number in self._children:
            self._send({"kill": number}, None)

    async def close(self) -> None:
        """End them all. Returns when none is left, and each has been told."""
        self._stop()
        for _ in range(int(_GRACE / 0.005)):
            if self._process.poll() is not None:
                break
            await asyncio.sleep(0.005)
        else:
            self._process.kill()
            self._process.wait()
        self._lost()

    def _send(self, order: dict[str, Any], log: int | None) -> None:
        self._orders.append((json.dumps(order).encode(), log))
        if len(self._orders) == 1:
            self._flush()

    def _flush(self) -> None:
        while self._orders and self.alive:
            order, log = self._orders[0]
            try:
                socket.send_fds(self._control, [order], [] if log is None else [log])
            except BlockingIOError:
                self._loop.add_writer(self._control, self._flush)
                return
            except OSError:  # the mother is gone, as the reader will see
                return
            self._orders.popleft()
            if log is not None:
                os.close(log)
        if self.alive:
            self._loop.remove_writer(self._control)

    def _hear(self) -> None:
        while self.alive:
            try:
                message = self._control.recv(_LARGEST)
            except BlockingIOError:
                return
            except ConnectionResetError:
                message = b""
            if message:
                self._tell(json.loads(message))
            else:
                self._stop()
                self._process.wait()
                self._lost()

    def _tell(self, news: dict[str, int]) -> None:
        number = news["number"]
        if "pid" in news:
            self._children[number].born(news["pid"])
        else:
            self._children.pop(number).ended(news["status"])

    def _stop(self) -> None:
        if not self.alive:
            return
        self.alive = False
        self._loop.remove_reader(self._control)
        self._loop.remove_writer(self._control)
        self._control.close()
        for _, log in self._orders:
            if log is not None:
                os.close(log)
        self._orders.clear()

    def _lost(self) -> None:
        children, self._children = self._children, {}
        for child in children.values():
            child.ended(signal.SIGKILL)

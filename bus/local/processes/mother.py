"""The mother of functions' processes: a program that has loaded what most functions load, and forks.

It is run by its path, isolated (`python -I -S`), and imports nothing of the project: what it has loaded, its children
have, and they are functions. Each child becomes `python -m awslambdaric <handler>`, as a runtime's bootstrap does.
A fork with botocore and pydantic loaded takes 5 ms, where importing them takes 250. What it loads beforehand may read
nothing of the environment but what is the same for all functions (`preloading.py`).

It ends, with all its children and whatever they started, when the other end of its control socket is closed or its
parent dies in whatever way; they die with it in whatever way it does (PR_SET_PDEATHSIG).
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

LARGEST = 1024 * 1024  # bytes of a message
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15  # linux/prctl.h
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Birth:
    """What a child is to be: `log` is the file that it writes to."""

    mother: int
    name: str
    handler: str
    folder: str
    environment: dict[str, str]
    log: int

    def live(self) -> None:
        """Be the function; returns or raises SystemExit when that ends."""
        _die_with(self.mother, signal.SIGKILL)
        _LIBC.prctl(_PR_SET_NAME, self.name.encode()[:15], 0, 0, 0)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - pathlib is not loaded, and need not be
            os.dup2(nothing.fileno(), 0)
        os.dup2(self.log, 1)
        os.dup2(self.log, 2)
        os.close(self.log)
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        os.chdir(self.folder)
        sys.path.insert(0, self.folder)
        sys.argv[:] = ["awslambdaric", self.handler]
        runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


class Mother:
    """Does what it is told over `control`: {"number", "name", …} with a file is a birth, {"kill": number} a death.

    It tells {"number", "pid"} of each that was born, and {"number", "status"} (as `os.wait` has it) of each that ended.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._pids: dict[int, int] = {}
        self._wakes, wake = socket.socketpair()
        for end in (self._wakes, wake):
            end.settimeout(0)
        self._wake = wake  # kept open
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def attend(self) -> Birth:
        """Serve until the end; returns in a child only, with what it is to be."""
        while True:
            ready, _, _ = select.select([self._wakes, self._control], [], [])
            if self._wakes in ready:
                self._woken()
            if self._control in ready:
                birth = self._obey()
                if birth is not None:
                    return birth

    def _woken(self) -> None:
        if signal.SIGTERM in self._wakes.recv(4096):
            self._end()
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
            self._bury(ended.si_pid)
            if not self._pids:
                return

    def _obey(self) -> Birth | None:
        message, files, _, _ = socket.recv_fds(self._control, LARGEST, 1)
        if not message:
            self._end()
        order = json.loads(message)
        if "kill" in order:
            pid = self._pids.get(order["kill"])
            if pid is not None:
                _kill(pid)
            return None
        return self._bear(order, files[0])

    def _bear(self, order: dict[str, Any], log: int) -> Birth | None:
        number, mother = order.pop("number"), os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.write(log, f"no process could be started: {error.strerror}\n".encode())
            os.close(log)
            self._tell(number, "status", signal.SIGKILL)
            return None
        if pid == 0:
            os.setpgid(0, 0)
            self._forget()
            return Birth(mother=mother, log=log, **order)
        with suppress(OSError):  # the child was first
            os.setpgid(pid, pid)
        os.close(log)
        self._pids[number] = pid
        self._tell(number, "pid", pid)
        return None

    def _forget(self) -> None:
        """In a child: nothing of this is its own."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for end in (self._wakes, self._wake, self._control):
            end.close()

    def _bury(self, pid: int) -> None:
        """Whatever the dead process started goes too, while its number cannot be anybody else's."""
        _kill(pid)
        _, status = os.waitpid(pid, 0)
        for number, child in self._pids.items():
            if child == pid:
                del self._pids[number]
                self._tell(number, "status", status)
                return

    def _tell(self, number: int, what: str, value: int) -> None:
        try:
            self._control.send(json.dumps({"number": number, what: value}).encode())
        except OSError:  # whoever it served is gone
            self._end()

    def _end(self) -> NoReturn:
        for pid in self._pids.values():
            _kill(pid)
        for pid in self._pids.values():
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        os._exit(0)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _die_with(parent: int, how: int) -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:  # it died before that
        os._exit(1)


def main() -> None:
    """Arguments: the parent, the control socket's number, the folders of installed packages, modules to load."""
    parent, control, folders, modules = (json.loads(argument) for argument in sys.argv[1:])
    _die_with(parent, signal.SIGTERM)
    sys.path.extend(folders)
    for module in modules:
        with suppress(ImportError):  # a project that does without it
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    Mother(socket.socket(fileno=control)).attend().live()


if __name__ == "__main__":
    main()

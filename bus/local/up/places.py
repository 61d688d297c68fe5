"""Where `bus up` keeps what is a project's: everything under `.omnibus/`."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bus.local.errors import PlaneError

_TRIES, _BETWEEN = 5, 0.02  # seconds


class RunningAlreadyError(PlaneError):
    """A second `bus up` of one project."""

    def __init__(self, pid: int | None, endpoint: str | None) -> None:
        self.pid, self.endpoint = pid, endpoint
        where = f" at {endpoint}" if endpoint else ""
        who = f" (process {pid})" if pid else ""
        super().__init__(f"bus up is already running{where}{who}; stop it with: bus down")


@dataclass(frozen=True)
class Places:
    """The folders and files of a project's platform."""

    root: Path

    @property
    def own(self) -> Path:
        return self.root / ".omnibus"

    @property
    def state(self) -> Path:
        return self.own / "state"

    @property
    def logs(self) -> Path:
        return self.own / "logs"

    @property
    def bundles(self) -> Path:
        return self.own / "bundles"

    @property
    def announcement(self) -> Path:
        """Says where a running platform is: see `announce`."""
        return self.own / "up.json"

    @property
    def credentials(self) -> Path:
        """The account's own: see `root_credentials`."""
        return self.own / "credentials.json"

    @property
    def lock(self) -> Path:
        return self.own / "up.lock"

    def announce(self, said: Mapping[str, Any]) -> None:
        """Tell other commands where everything is; whole or not at all."""
        unfinished = self.announcement.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(said, indent=2) + "\n")
        unfinished.rename(self.announcement)

    def announced(self) -> dict[str, Any] | None:
        """What a running platform said of itself; None when none runs."""
        if Lock(self).free():
            return None
        try:
            said: dict[str, Any] = json.loads(self.announcement.read_text())
        except (OSError, ValueError):
            return None
        return said

    def clean(self) -> None:
        """Forget the state, and all that was made of the project."""
        for folder in (self.state, self.logs, self.bundles):
            shutil.rmtree(folder, ignore_errors=True)
        self.announcement.unlink(missing_ok=True)


class Lock:
    """Held by the one process that runs a project's platform; the system takes it from a process that dies.

    Its file holds the number of the process. A child that was forked does not hold it (POSIX record locks).
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Raises RunningAlreadyError."""
        for _ in range(_TRIES):  # another command may be asking whether it is free
            if self._take():
                self._write_pid()
                return self
            time.sleep(_BETWEEN)
        try:
            endpoint = json.loads(self._places.announcement.read_text())["endpoint"]
        except (OSError, ValueError, KeyError):  # it is just starting
            endpoint = None
        raise RunningAlreadyError(self.holder, endpoint)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._places.announcement.unlink(missing_ok=True)
        self._give_back()

    def free(self) -> bool:
        """Whether nobody holds it."""
        if not self._places.lock.exists():
            return True
        if not self._take():
            return False
        self._give_back()
        return True

    def _take(self) -> bool:
        self._places.own.mkdir(parents=True, exist_ok=True)
        file = os.open(self._places.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # which of them is the system's choice
            os.close(file)
            return False
        self._file = file
        return True

    def _write_pid(self) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.write(self._file, str(os.getpid()).encode())

    @property
    def holder(self) -> int | None:
        """The process that holds it, or held it last; None where none is known."""
        try:
            return int(self._places.lock.read_text())
        except (OSError, ValueError):
            return None

    def _give_back(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

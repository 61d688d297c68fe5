"""The folder of the state: a snapshot, and the journal of what came after it.

`snapshot-7` is the state before the first input of `journal-7`. The newest snapshot counts; a journal goes on in the
next one's file when a snapshot of that number is begun, so that one not finished costs nothing: the one before is
there, with both journals.
"""

import gc
import os
import pickle
import shutil
import signal
import stat
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from bus.local.up import garbage
from bus.local.up.inputs import Input
from bus.local.up.journal import Journal, records
from bus.local.up.machine import Machine
from bus.local.up.snapshots import frozen, thawed

_SNAPSHOT, _JOURNAL = "snapshot-", "journal-"


class Recovered(NamedTuple):
    """What was found: the machine, or None; how many inputs were applied again.

    `reading` is the seconds that the snapshot took, `replaying` those that the inputs did.
    """

    machine: Machine | None
    inputs: int
    reading: float
    replaying: float

    @property
    def seconds(self) -> float:
        """Of the whole recovery."""
        return self.reading + self.replaying


class State:
    """Keeps a machine's inputs and states in a folder. One process at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._number = 0
        self._journal: Journal | None = None
        self._child: int | None = None
        self._child_number = 0
        self.hurried = False  # the snapshot that is being written

    def recover(self) -> Recovered:
        """The machine as it was at its last input.

        Raises DamagedJournalError, DamagedStateError and UnreadableStateError.
        """
        began = time.perf_counter()
        for unfinished in self.folder.glob("*.new"):
            unfinished.unlink()
        first = max(self._numbers(_SNAPSHOT), default=0)
        if not first:
            return Recovered(None, 0, 0.0, 0.0)
        gc.disable()  # what is read stays: looking for garbage meanwhile took as long as the reading
        try:
            machine = thawed(self._snapshot(first).read_bytes())
            read, inputs = time.perf_counter(), 0
            for instant, given in self._inputs(first):
                machine.apply(instant, given)
                inputs += 1
        finally:
            gc.enable()
        self._number = max(first, *self._numbers(_JOURNAL), 0)
        self._journal = Journal(self._path(self._number))
        return Recovered(machine, inputs, read - began, time.perf_counter() - read)

    def begin(self, machine: Machine) -> None:
        """Keep a machine from here on, its state as it is now included."""
        self._number += 1
        self._write(self._number, frozen(machine))
        self._turn(self._number)
        self._forget(self._number)

    def append(self, instant: float, given: Input) -> None:
        """Keep the next input. Raises OSError."""
        self._open.append(pickle.dumps((instant, given), protocol=5))

    def snapshot(self, machine: Machine, *, hurry: bool = False) -> None:
        """Begin to write the state as it is now, in a child process; this one goes on at once.

        The child has the processor time that nobody else wants, or with `hurry` its share. One that is still writing
        is given up. Raises OSError when there can be no journal or no child; then everything goes on as before.
        """
        self._give_up()
        self.hurried = hurry
        self._number += 1
        self._turn(self._number)
        garbage.keep()
        parent, child = os.getpid(), os.fork()
        if child == 0:
            _in_child(lambda: self._write(self._number, frozen(machine), parent), hurry=hurry)
        self._child, self._child_number = child, self._number

    @property
    def writing(self) -> bool:
        """Whether a snapshot is being written; what it makes superfluous is deleted when it is found done."""
        if self._child is None:
            return False
        done, status = os.waitpid(self._child, os.WNOHANG)
        if not done:
            return True
        self._ended(status)
        return False

    def finish(self) -> None:
        """Wait for the snapshot that is being written."""
        if self._child is not None:
            _, status = os.waitpid(self._child, 0)
            self._ended(status)

    def _ended(self, status: int) -> None:
        """The child is gone: its snapshot counts, or else the one before, with the journals since."""
        self._child = None
        if os.waitstatus_to_exitcode(status) == 0:
            self._forget(self._child_number)
        else:
            self._unfinished(self._child_number).unlink(missing_ok=True)

    def _give_up(self) -> None:
        """Write no snapshot: the one before counts, with the journals since."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            self.finish()

    def close(self, machine: Machine) -> None:
        """Leave a snapshot alone, which the next start need only read."""
        self._give_up()
        self.begin(machine)
        self._open.close()

    def clean(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _open(self) -> Journal:
        if self._journal is None:
            message = "begin, or recover, first"
            raise RuntimeError(message)
        return self._journal

    def _inputs(self, first: int) -> Iterator[tuple[float, Input]]:
        for number in sorted(self._numbers(_JOURNAL)):
            if number >= first:
                for record in records(self._path(number)):
                    yield pickle.loads(record)  # noqa: S301 - our own file, of this user alone

    def _turn(self, number: int) -> None:
        """Go on in the journal of that number. Raises OSError, and goes on in the present one then."""
        before, self._journal = self._journal, Journal(self._path(number))
        if before is not None:
            before.close()

    def _write(self, number: int, state: bytes, parent: int | None = None) -> None:
        """Keep a snapshot. A child whose `parent` is gone keeps none: others may have begun anew in the folder."""
        unfinished = self._unfinished(number)
        with unfinished.open("wb") as file:
            file.write(state)
            file.flush()
            os.fsync(file.fileno())
        if parent not in {None, os.getppid()}:
            unfinished.unlink(missing_ok=True)
            return
        unfinished.rename(self._snapshot(number))

    def _forget(self, before: int) -> None:
        for kind in (_SNAPSHOT, _JOURNAL):
            for number in self._numbers(kind):
                if number < before:
                    (self.folder / f"{kind}{number}").unlink()

    def _numbers(self, kind: str) -> list[int]:
        names = (path.name.removeprefix(kind) for path in self.folder.glob(f"{kind}*"))
        return [int(name) for name in names if name.isdecimal()]

    def _snapshot(self, number: int) -> Path:
        return self.folder / f"{_SNAPSHOT}{number}"

    def _unfinished(self, number: int) -> Path:
        return self.folder / f"{_SNAPSHOT}{number}.new"

    def _path(self, number: int) -> Path:
        return self.folder / f"{_JOURNAL}{number}"


def _in_child(work: Callable[[], None], *, hurry: bool) -> NoReturn:
    """Do it, and end this process with nothing of its parent's being cleaned up.

    The parent's sockets are closed first: its clients are to see them closed when the parent closes them, and the next
    `bus up` is to find the port free if the parent is killed.
    """
    gc.disable()
    status = 1
    try:
        _close_sockets()
        if not hurry and hasattr(os, "SCHED_IDLE"):  # Linux: runs when no other process wants to
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        work()
        status = 0
    except Exception:  # noqa: BLE001 - the parent keeps the older snapshot and its journals; it says so
        traceback.print_exc()
    finally:
        os._exit(status)


def _close_sockets() -> None:
    for number in [int(each.name) for each in Path("/dev/fd").iterdir()]:
        with suppress(OSError):  # that of the listing itself is closed by now
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.close(number)

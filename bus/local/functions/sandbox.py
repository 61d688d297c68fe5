"""What is exchanged in this process while a function runs, and put back after."""

import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, nullcontext
from typing import TextIO

from bus.local.functions.log import STDERR, STDOUT, Log, Logging, RunningFunctionOutput
from bus.local.functions.modules import ModuleTree
from bus.local.functions.wall_clock import WallClock
from bus.local.plane import Chance, Plane


class Sandbox:
    """One function's process: its environment, modules, loggers and log.

    Inside, `os.environ` is `environment` and nothing else, the wall clock is the plane's (or that of the function
    which called this one), `os.urandom` and `random` are seeded from the plane's chance, output goes to the function's
    log, and HTTP goes to the plane's "outside". Sandboxes nest: a function's boto3 call may run another function.
    """

    def __init__(self, plane: Plane, modules: ModuleTree, environment: dict[str, str], log: Log) -> None:
        self._plane, self.modules, self._log = plane, modules, log
        self._environment = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
        self._logging = Logging()

    @contextmanager
    def entered(self, timeout: float) -> Iterator[WallClock]:
        """Run a block as the function; `timeout` in seconds."""
        outside = self._plane.rooms.get("outside")
        with (
            WallClock(WallClock.present(self._plane.clock.time()), timeout) as clock,
            nullcontext() if self.modules.folder is None else chdir(self.modules.folder),
            _seeded(self._plane.chance),
            outside.intercepting() if outside is not None else nullcontext(),
        ):
            before = self._swap_in()
            try:
                yield clock
            finally:
                self._swap_out(*before)

    def _swap_in(self) -> tuple[dict[bytes, bytes], TextIO, TextIO, Log | None]:
        before = (_exchange_variables(self._environment), sys.stdout, sys.stderr, RunningFunctionOutput.log)
        sys.stdout, sys.stderr = STDOUT, STDERR
        RunningFunctionOutput.log = self._log
        self._logging.swap()
        self.modules.enter()
        return before

    def _swap_out(self, variables: dict[bytes, bytes], stdout: TextIO, stderr: TextIO, log: Log | None) -> None:
        self.modules.leave()
        self._logging.swap()
        _exchange_variables(variables)
        sys.stdout, sys.stderr = stdout, stderr
        RunningFunctionOutput.log = log


def _exchange_variables(variables: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Exchange the mapping behind `os.environ` whole: `from os import environ` sees it too, and a putenv for each
    variable would cost more than the handler. Its name is CPython's own, the same on POSIX since 3.0.
    """
    before: dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    os.environ._data = variables  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return before


@contextmanager
def _seeded(chance: Chance) -> Iterator[None]:
    """Randomness of the function's own, so that how much it draws changes nothing elsewhere."""
    urandom, state = os.urandom, random.getstate()
    _set_urandom(Chance(chance.random.getrandbits(64)).bytes)
    random.seed(chance.random.getrandbits(64))
    try:
        yield
    finally:
        _set_urandom(urandom)
        random.setstate(state)


def _set_urandom(urandom: Callable[[int], bytes]) -> None:
    os.urandom = urandom
    # `secrets` and SystemRandom hold this second name.
    random._urandom = urandom  # type: ignore[attr-defined]  # noqa: SLF001 - as above

"""The execution environments of one function."""

from bus.local.processes.environment import ExecutionEnvironment, Make
from bus.local.processes.ground import Ground
from bus.local.processes.invocation import Invocation

KEPT_SECONDS = 300.0  # a free environment is kept for that long
KEPT = 10  # free environments at most


class Pool:
    """Gives each invocation an environment of its own: the free one used last, or a new one when none is free.

    It has no queue: as many environments run as there are invocations, whose number the plane has limited.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._make: Make | None = None
        self._free: list[ExecutionEnvironment] = []
        self._all: set[ExecutionEnvironment] = set()

    @property
    def size(self) -> int:
        """How many environments there are."""
        return len(self._all)

    def start(self, make: Make, invocation: Invocation) -> None:
        """Run an invocation in an environment of this make, and keep no others."""
        if make != self._make:
            self._make = make
            self.retire()
        while self._free:
            environment = self._free.pop()
            if environment.usable:
                environment.assign(invocation)
                return
        self._all.add(ExecutionEnvironment(self._ground, make, invocation, free=self._freed, gone=self._gone))

    def retire(self) -> None:
        """End the environments of another make: those that are free now, the others when they are."""
        kept = [environment for environment in self._free if environment.make == self._make]
        for environment in self._free:
            if environment.make != self._make:
                environment.end()
        self._free = kept

    def renew(self, make: Make | None) -> None:
        """From now on environments are of `make`; None: none is."""
        self._make = make
        self.retire()

    def sweep(self, now: float) -> None:
        """End what has been free for long."""
        while self._free and now - self._free[0].free_since > KEPT_SECONDS:
            self._free.pop(0).end()

    def _freed(self, environment: ExecutionEnvironment) -> None:
        if environment.make != self._make:
            environment.end()
            return
        environment.free_since = self._ground.loop.time()
        self._free.append(environment)
        if len(self._free) > KEPT:
            self._free.pop(0).end()

    def _gone(self, environment: ExecutionEnvironment, unbegun: Invocation | None) -> None:
        self._all.discard(environment)
        if environment in self._free:
            self._free.remove(environment)
        if unbegun is not None:
            self.start(environment.make if self._make is None else self._make, unbegun)

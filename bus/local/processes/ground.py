"""What all execution environments stand on."""

import asyncio
from collections.abc import Callable, Mapping

from bus.local.processes.logs import LogFiles
from bus.local.processes.nursery import Nursery
from bus.local.processes.preloading import preloaded_modules, shared_variables
from bus.local.world import Work

Logged = Callable[[str, str, str], None]


class Ground:
    """The loop, the mothers by what they have loaded, and where lines of logs go.

    `environment_of` says what a function's environment has beside its own variables and those that Lambda sets;
    `logged` is told of each line: function, request id ("" outside an invocation), line.
    """

    def __init__(self, logs: LogFiles, environment_of: Callable[[Work], Mapping[str, str]], logged: Logged) -> None:
        self.loop = asyncio.get_running_loop()
        self.environment_of = environment_of
        self._logs, self._logged = logs, logged
        self._nurseries: dict[tuple[object, ...], Nursery] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed = False

    def nursery(self, variables: Mapping[str, str]) -> Nursery:
        """Where a process with these variables comes from."""
        shared, modules = shared_variables(variables), preloaded_modules(variables)
        key = (tuple(sorted(shared.items())), modules)
        nursery = self._nurseries.get(key)
        if nursery is None or not nursery.alive:
            nursery = self._nurseries[key] = Nursery(shared, modules)
        return nursery

    def log(self, function: str, request_id: str, lines: list[str]) -> None:
        """Keep and tell lines of a function."""
        self._logs.write(function, lines)
        for line in lines:
            self._logged(function, request_id, line)

    def soon(self, coroutine: "asyncio._CoroutineLike[None]") -> None:
        """Do something that takes a moment; `close` waits for it."""
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End every process."""
        self.closed = True
        await asyncio.gather(*(nursery.close() for nursery in self._nurseries.values()))
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await asyncio.sleep(0)  # the last answers are told
        self._logs.close()

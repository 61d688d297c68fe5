"""Functions in processes of their own, as on Lambda."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bus.deploy import Bundle, build
from bus.local.functions.answer import Answer
from bus.local.functions.settings import Settings
from bus.local.processes.environment import Make
from bus.local.processes.ground import Ground, Logged
from bus.local.processes.invocation import Invocation
from bus.local.processes.logs import LogFiles
from bus.local.processes.pool import Pool
from bus.local.processes.variables import variables
from bus.local.processes.watching import Watch
from bus.local.world import Work

SWEEP = 15.0  # seconds between two looks for environments that are of no more use

Changed = Callable[[str, list[Path]], None]


class Processes:
    """Runs every invocation in a process, `python -m awslambdaric`, over the Lambda Runtime API.

    Handlers of the project under `root` run from bundles below `state`, and are taken up anew within a second when a
    source changes: `changed` is told of the function and its files. Logs are at `state`/logs/<function>.log. Used on
    one loop's thread, which must be the process's main one.

    Not as on Lambda: memory is reported and not limited, functions share /tmp, and PYTHON* variables of a function
    come too late for its interpreter.
    """

    def __init__(
        self,
        root: Path,
        state: Path,
        environment_of: Callable[[Work], Mapping[str, str]],
        *,
        logged: Logged = lambda _function, _request_id, _line: None,
        changed: Changed = lambda _function, _files: None,
    ) -> None:
        self.logs = LogFiles(state / "logs")
        self._root, self._into, self._changed = root.resolve(), (state / "bundles").resolve(), changed
        self._ground = Ground(self.logs, environment_of, logged)
        self._pools: dict[tuple[str, str], Pool] = {}
        self._bundles: dict[str, Bundle] = {}
        self._watch = Watch(self._source_changed)
        self._users: dict[str, dict[tuple[str, str], Make]] = {}
        self._prepared: dict[str, set[str]] = {}
        self._sweep()

    def prepare(self, functions: Iterable[Settings]) -> None:
        """Build what these functions run from and load what they load, so that the first invocation need not wait."""
        for settings in functions:
            self._bundle(settings.handler)
            self._prepared.setdefault(settings.handler, set()).add(settings.name)
            self._ground.nursery(variables(settings, "", self._into, {}))

    def start(self, work: Work, answered: Callable[[Answer], None]) -> None:
        """Run an invocation; `answered` is called later, once, whatever happens. Raises PackageError."""
        function = work.arn.split(":")[6]
        key = function, work.settings.version
        folder = self._bundle(work.settings.handler).folder if work.package is None else work.package.folder
        make = Make(work.settings, work.role, folder)
        if work.package is None:
            self._users.setdefault(work.settings.handler, {})[key] = make
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = Pool(self._ground)
        pool.start(make, Invocation(work, answered))

    def running(self) -> dict[str, int]:
        """How many processes each function has, the free ones among them."""
        counts: dict[str, int] = {}
        for (name, _), pool in self._pools.items():
            if pool.size:
                counts[name] = counts.get(name, 0) + pool.size
        return counts

    async def close(self) -> None:
        """Kill every process; what was under way is answered as killed. None is left when this returns."""
        self._watch.close()
        self._timer.cancel()
        await self._ground.close()

    def _bundle(self, handler: str) -> Bundle:
        bundle = self._bundles.get(handler)
        if bundle is None or not bundle.folder.is_dir():
            bundle = self._bundles[handler] = build(self._root, handler, self._into)
            self._watch.watch(handler, bundle.files.values(), self._root)
        return bundle

    def _source_changed(self, handler: str, files: list[Path]) -> None:
        before = self._bundles.pop(handler)
        bundle = self._bundle(handler)
        self._watch.watch(handler, bundle.files.values(), self._root)
        if bundle.digest == before.digest:
            return
        users = self._users.get(handler, {})
        for key, make in users.items():
            users[key] = replace(make, folder=bundle.folder)
            self._pools[key].renew(users[key])
        for name in sorted({make.settings.name for make in users.values()} | self._prepared.get(handler, set())):
            self._changed(name, files)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        for pool in self._pools.values():
            pool.sweep(loop.time())
        self._timer = loop.call_later(SWEEP, self._sweep)

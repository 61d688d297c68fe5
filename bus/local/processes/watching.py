"""Notices when sources of bundles change."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

INTERVAL = 0.3  # seconds between two looks

_State = tuple[int, int]


class Watch:
    """Looks at the files and folders of each handler's bundle; `changed` is told of a handler and what changed.

    It asks for the times of the files: a hundred of them take a third of a millisecond, no editor's way of saving
    escapes it, and it works in containers and on network drives. Of folders the time changes when a file comes or
    goes.
    """

    def __init__(self, changed: Callable[[str, list[Path]], None]) -> None:
        self._changed = changed
        self._watched: dict[str, set[Path]] = {}
        self._states: dict[Path, _State | None] = {}
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(INTERVAL, self._look)

    def watch(self, handler: str, files: Iterable[Path], root: Path) -> None:
        """Look at these from now on; what is new among them counts from now."""
        paths = set(files)
        paths |= {path.parent for path in paths} | {root}
        self._watched[handler] = paths
        for path in paths - self._states.keys():
            self._states[path] = _state(path)

    def close(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        self._timer = self._loop.call_later(INTERVAL, self._look)
        changed = set()
        for path, before in self._states.items():
            now = _state(path)
            if now != before:
                changed.add(path)
                self._states[path] = now
        if changed:
            for handler, paths in list(self._watched.items()):
                if not paths.isdisjoint(changed):
                    self._changed(handler, sorted(paths & changed))
            for path in self._states.keys() - set().union(*self._watched.values()):
                del self._states[path]


def _state(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

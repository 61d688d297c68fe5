"""The project's templates: read, and read again when they change."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_Stamp = tuple[int, int]


class Source(NamedTuple):
    """A template as it is now: the stack is named by its folder; `origin` is its path within the project."""

    stack: str
    origin: str
    body: str


class Templates:
    """The bus stack first, then every service that has a template."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[Path, _Stamp] = {}
        self._seen: dict[Path, _Stamp] = {}
        self._missing: set[Path] = set()

    def changed(self, *, settled: bool = True) -> Iterator[Source]:
        """Those that are new or were written since they were read last.

        With `settled`, only once they have not changed between two looks: an editor may be in the midst of writing.
        """
        before, self._seen = self._seen, self._look()
        for path, stamp in self._seen.items():
            if stamp == self._read.get(path) or (settled and before.get(path) != stamp):
                continue
            try:
                body = path.read_bytes()
            except OSError:  # it is there again at the next look, or gone
                continue
            self._read[path] = stamp
            origin = path.relative_to(self._root).as_posix()
            yield Source(path.parent.name, origin, body.decode(errors="replace"))

    def gone(self) -> list[str]:
        """The stacks whose templates were not there at the last two looks; each is told once."""
        missing = self._read.keys() - self._seen.keys()
        gone, self._missing = missing & self._missing, missing - self._missing
        for path in gone:
            del self._read[path]
        return sorted(path.parent.name for path in gone)

    def _look(self) -> dict[Path, _Stamp]:
        paths = [self._root / "bus/infra/template.yaml", *sorted(self._root.glob("services/*/template.yaml"))]
        return {path: stamp for path in paths if (stamp := _stamp(path)) is not None}


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

"""The project's templates: read, and read again when they change."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple


class Source(NamedTuple):
    """A template as it is now: the stack is named by its folder."""

    stack: str
    path: Path
    body: str


class Templates:
    """The bus stack first, then every service that has a template."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[Path, tuple[int, int]] = {}

    def changed(self) -> Iterator[Source]:
        """Those that are new or were written since this was asked last. One being written is there the next time."""
        for path in self._paths():
            try:
                now = path.stat()
                body = path.read_text()
            except OSError:
                continue
            if self._seen.get(path) != (stamp := (now.st_mtime_ns, now.st_size)):
                self._seen[path] = stamp
                yield Source(path.parent.name, path, body)

    def stacks(self) -> Mapping[str, Path]:
        """The names of the stacks, and their templates."""
        return {path.parent.name: path for path in self._paths()}

    def _paths(self) -> list[Path]:
        every = [self._root / "bus/infra/template.yaml", *sorted(self._root.glob("services/*/template.yaml"))]
        return [path for path in every if path.exists()]

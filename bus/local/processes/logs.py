"""The log files of functions."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

LARGEST = 5 * 1024 * 1024  # bytes; then a file becomes `<name>.log.1`, in the place of the one before


class LogFiles:
    """`<folder>/<function>.log`, each line with its instant before it (UTC), as `aws logs tail` shows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO] = {}

    def path(self, function: str) -> Path:
        """Where a function's lines are."""
        return self._folder / f"{function}.log"

    def write(self, function: str, lines: list[str]) -> None:
        """Add lines. A full disk loses them: a function must not wait, or fail, for its log."""
        with suppress(OSError):
            self._write(function, lines)

    def _write(self, function: str, lines: list[str]) -> None:
        file = self._files.get(function) or self._open(function)
        instant = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        file.write("".join(f"{instant}Z {line}\n" for line in lines))
        file.flush()
        if file.tell() > LARGEST:
            self._files.pop(function).close()
            self.path(function).replace(self.path(function).with_suffix(".log.1"))

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            with suppress(OSError):  # as above
                file.close()
        self._files.clear()

    def _open(self, function: str) -> TextIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files[function] = file = self.path(function).open("a", encoding="utf-8")
        return file

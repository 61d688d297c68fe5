"""What is wrong with a contract, and where."""

from pathlib import Path


class ContractError(Exception):
    """A contract cannot be used: `path` is its file, `pointer` the JSON pointer of what is wrong in it."""

    def __init__(self, path: Path, pointer: str, what: str) -> None:
        self.path, self.pointer, self.what = path, pointer, what
        super().__init__(f"{path.parent.name}/{path.name}#{pointer}: {what}")

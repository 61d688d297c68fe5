"""The JSONPath that EventBridge reads: dots, array indices and wildcards (user guide, "Input transformation")."""

import re
from enum import Enum
from typing import Any, Final


class _Mark(Enum):
    """What is told apart by identity; that of a copy too, for paths are kept in snapshots."""

    MISSING = 0
    EVERY = 1


MISSING: Final = _Mark.MISSING
_WHOLE = re.compile(r"\$((?:\.[\w\-/]+|\.\*|\[\d+\]|\[\*\]|\['[^']+'\])*)")
_STEP = re.compile(r"\.(?P<key>[\w\-/]+)|(?P<every>\.\*|\[\*\])|\[(?P<index>\d+)\]|\['(?P<quoted>[^']+)'\]")
_EVERY: Final = _Mark.EVERY
Step = str | int | _Mark


class InvalidPathError(ValueError):
    """Syntax outside EventBridge's, in the words of its own refusal."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"InvalidInputPath: {path}")


def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of "$.detail.lines[0].product". Raises InvalidPathError."""
    whole = _WHOLE.fullmatch(path)
    if whole is None:
        raise InvalidPathError(path)
    return tuple(_step(step) for step in _STEP.finditer(whole[1]))


def _step(match: re.Match[str]) -> Step:
    if match["every"]:
        return _EVERY
    return int(match["index"]) if match["index"] is not None else match["key"] or match["quoted"]


def find(value: Any, steps: tuple[Step, ...]) -> Any:
    """What lies at the path; MISSING where nothing does; a list for a path with a wildcard."""
    for at, step in enumerate(steps):
        if step is _EVERY:
            inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            found = [find(element, steps[at + 1 :]) for element in inside]
            return [element for element in found if element is not MISSING]
        value = _child(value, step)
        if value is MISSING:
            return MISSING
    return value


def _child(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else MISSING
    return value.get(step, MISSING) if isinstance(value, dict) else MISSING

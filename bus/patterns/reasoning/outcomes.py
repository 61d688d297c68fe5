"""What a search for a value ends in."""

from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Found:
    """A value; MISSING where the field had better not be there."""

    value: Any


@dataclass(frozen=True, slots=True)
class Empty:
    """There is no value, and this is proven: at `path` it becomes impossible, for `reason`."""

    path: Path = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither a value nor a proof."""

    reason: str


Outcome = Found | Empty | Unknown

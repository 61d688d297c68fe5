"""What was done, and who hears of it meanwhile."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol


@dataclass
class Tally:
    """`done` letters were accepted elsewhere or deleted; `twice` of them may be handled a second time, as they could
    not be deleted then. `refused` counts those that stayed by the reason; `stopped` says what ended it early.
    """

    done: int = 0
    twice: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    stopped: str = ""

    @property
    def stayed(self) -> int:
        return self.refused.total()


class Telling(Protocol):
    """Hears of each step."""

    def done(self, what: str, total: int) -> None:
        """`total` letters by now; the last of them was `what`."""

    def refused(self, what: str, why: str) -> None:
        """One stays."""


class Stop(Protocol):
    """Whether somebody wants it to end."""

    def __call__(self) -> bool: ...

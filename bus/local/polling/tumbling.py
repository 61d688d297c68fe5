"""Tumbling windows: a shard's records by the time that they arrived, and a state that is handed along.

Lambda developer guide, "Implementing stateful Kinesis Data Streams processing in Lambda".
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bus.local.polling.record import Record, as_json

LARGEST_STATE = 1024 * 1024  # bytes, per shard


class Closing(Enum):
    """Why a window ends: its time is over, or its state has grown too large."""

    FINAL = "final"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class WindowPart:
    """What an invocation is told of its window; the instants are epoch seconds, the end is outside the window."""

    start: float
    end: float
    state: Any
    shard: str
    closing: Closing | None


@dataclass(slots=True)
class Tumbling:
    """The window of one shard that is open, if any: the one of the record that was last delivered."""

    shard: str
    end: float | None = None
    length: float = 0
    state: Any = field(default_factory=dict)
    size: int = 0

    def open(self, record: Record, length: float) -> None:
        """Open the window of `record`, unless one is open."""
        if self.end is None:
            self.end, self.length = end_of(record, length), length

    def part(self, closing: Closing | None) -> WindowPart:
        """What the next invocation is told; a window must be open."""
        end = self.end or 0.0
        return WindowPart(end - self.length, end, self.state, self.shard, closing)

    def keep(self, state: Any) -> None:
        """Take over the state that the function answered."""
        self.state, self.size = state, len(as_json(state))

    def finish(self, closing: Closing) -> None:
        """The function has seen the state for the last time. An early end keeps the window, with a fresh state."""
        self.state, self.size = {}, 0
        if closing is Closing.FINAL:
            self.end = None

    @property
    def overgrown(self) -> bool:
        """Whether the window has to be terminated early."""
        return self.size > LARGEST_STATE


def end_of(record: Record, length: float) -> float:
    """The end of the window that a record belongs to, by its arrival in the stream; windows begin at multiples of
    their length.
    """
    return (record.arrived // length + 1) * length

"""What is shown of each kind of thing. Ages and durations are in seconds; None where nobody knows."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class QueueRow:
    name: str
    messages: int
    in_flight: int
    delayed: int
    oldest: float | None
    dead_letters: bool


@dataclass(frozen=True)
class StreamRow:
    """A Kinesis stream; `lag` is the age of the last record that any reader of GetRecords got."""

    name: str
    state: str
    lag: float | None


@dataclass(frozen=True)
class ReaderRow:
    """An event source mapping; `lag` is that of its function: the age of the last record that went to it."""

    function: str
    source: str
    state: str
    last_result: str
    lag: float | None


@dataclass(frozen=True)
class FunctionRow:
    """Over the window."""

    name: str
    invocations: int
    errors: int
    throttles: int
    p50: float | None
    p99: float | None


@dataclass(frozen=True)
class RuleRow:
    """Over the window; `schedule` is empty for a rule with a pattern."""

    name: str
    bus: str
    state: str
    invocations: int
    failed: int
    schedule: str


@dataclass(frozen=True)
class PipeRow:
    """Executions over the window; of a pipe that reads a stream `lag` is the age of the last record that went in.

    AWS tells no lag of a pipe but that of the Kinesis stream it reads; `bus up` tells every pipe's own.
    """

    name: str
    source: str
    state: str
    executions: int
    failed: int
    lag: float | None
    reason: str


@dataclass(frozen=True)
class ScheduleRow:
    name: str
    state: str
    expression: str
    next: datetime | None


@dataclass(frozen=True)
class AlarmRow:
    """One in the state ALARM."""

    name: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class Status:
    """`window` is the time in seconds that figures are of; `unasked` says of which services nothing is known, and why.

    `stacks` are those whose resources these are; none of them when they are the account's.
    """

    at: datetime
    window: int
    stacks: tuple[str, ...] = ()
    queues: list[QueueRow] = field(default_factory=list)
    streams: list[StreamRow] = field(default_factory=list)
    readers: list[ReaderRow] = field(default_factory=list)
    functions: list[FunctionRow] = field(default_factory=list)
    rules: list[RuleRow] = field(default_factory=list)
    pipes: list[PipeRow] = field(default_factory=list)
    schedules: list[ScheduleRow] = field(default_factory=list)
    alarms: list[AlarmRow] = field(default_factory=list)
    unasked: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For programs; instants are ISO 8601."""
        told: dict[str, Any] = _plain(asdict(self))
        return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value

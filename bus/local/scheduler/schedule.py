"""What Scheduler keeps: schedules and their groups."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bus.local.engine import Timer
from bus.schedule_expressions import Schedule as Expression

if TYPE_CHECKING:
    from bus.local.scheduler.invocation import Invocation

Send = Callable[[str], object]


@dataclass(frozen=True)
class Target:
    """What a schedule invokes: `send` delivers one input; `input` is None for the default notification."""

    arn: str
    send: Send
    input: str | None
    max_attempts: int
    max_age: int
    dead_letters: str | None


@dataclass
class Schedule:
    """A schedule as it was put, and when it is due next.

    `start` and `end` are epoch seconds, and of recurring schedules alone; `window` is that of a flexible schedule, in
    seconds. `timer` waits for the next occasion, and within its window when that is `due`; `last` is the one before.
    `running` are the invocations that are not done with.
    """

    name: str
    group: str
    arn: str
    given: Mapping[str, Any]
    expression: Expression
    target: Target
    created: datetime
    modified: datetime
    once: bool
    start: float | None
    end: float | None
    window: float
    token: str | None = None
    timer: Timer | None = None
    due: float | None = None
    last: float | None = None
    running: list["Invocation"] = field(default_factory=list)

    def put(self, after: "Schedule") -> None:
        """Become what an update asks for; what is under way goes on.

        An expression that stays goes on too: a rate keeps the start that it is counted from.
        """
        if self.timing != after.timing:
            self.last = self.due = None
        if self.timing != after.timing or not self.enabled:
            self.expression = after.expression
        self.given, self.target, self.modified = after.given, after.target, after.modified
        self.once, self.start, self.end, self.window = after.once, after.start, after.end, after.window

    @property
    def timing(self) -> tuple[Any, ...]:
        """What decides when it is due."""
        names = ("ScheduleExpression", "ScheduleExpressionTimezone", "StartDate")
        return tuple(self.given.get(name) for name in names)

    @property
    def enabled(self) -> bool:
        return bool(self.given["State"] == "ENABLED")

    @property
    def deletes_itself(self) -> bool:
        """User guide, "Deleting a schedule": a recurring one without an EndDate never does."""
        return self.given["ActionAfterCompletion"] == "DELETE" and (self.once or self.end is not None)

    def described(self) -> dict[str, Any]:
        """As GetSchedule shows it."""
        return {
            **deepcopy(self.given),
            "Arn": self.arn,
            "GroupName": self.group,
            "Name": self.name,
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
        }

    def summary(self) -> dict[str, Any]:
        """As ListSchedules shows it."""
        shown = self.described()
        names = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
        return {name: shown[name] for name in names} | {"Target": {"Arn": self.target.arn}}


@dataclass
class Group:
    """A schedule group; `schedules` are its schedules by name."""

    name: str
    arn: str
    created: datetime
    modified: datetime
    state: str = "ACTIVE"
    token: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        return {
            "Arn": self.arn,
            "Name": self.name,
            "State": self.state,
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
        }

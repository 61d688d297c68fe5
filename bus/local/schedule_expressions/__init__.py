"""When a schedule is due, as the rooms know it: `bus.schedule_expressions`, which knows nothing of the plane."""

from bus.schedule_expressions import (
    RULE,
    SCHEDULER,
    InvalidScheduleError,
    Rate,
    Schedule,
    UnknownTimezoneError,
    parse,
)

__all__ = ["RULE", "SCHEDULER", "InvalidScheduleError", "Rate", "Schedule", "UnknownTimezoneError", "parse"]

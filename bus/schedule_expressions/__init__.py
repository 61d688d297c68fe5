"""When a schedule is due: rate(...), cron(...) and at(...), as Scheduler and EventBridge's rules read them."""

from bus.schedule_expressions.errors import InvalidScheduleError, UnknownTimezoneError
from bus.schedule_expressions.parsing import RULE, SCHEDULER, Schedule, parse
from bus.schedule_expressions.rate import Rate

__all__ = ["RULE", "SCHEDULER", "InvalidScheduleError", "Rate", "Schedule", "UnknownTimezoneError", "parse"]

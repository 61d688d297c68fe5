"""Amazon EventBridge Scheduler: schedules, their groups, and the targets that they invoke."""

from bus.local.scheduler.room import SchedulerRoom

__all__ = ["SchedulerRoom"]

"""The room of Amazon EventBridge Scheduler."""

from collections.abc import Iterator
from typing import ClassVar

from bus.local.scheduler.resources import Resources
from bus.local.whereabouts import Whereabouts


class SchedulerRoom(Resources):
    """Answers for service "scheduler". The ledger follows an invocation by its execution id."""

    service: ClassVar[str] = "scheduler"

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """Invocations that wait for another attempt or for an answer, by execution id."""
        for group in self.groups.values():
            for schedule in group.schedules.values():
                for invocation in schedule.running:
                    if invocation.context.execution_id == event_id:
                        state = "running" if invocation.waiting else "waiting to retry"
                        yield Whereabouts(self.service, schedule.arn, state, invocation.retry_at, schedule.target.arn)

"""What a target is told of its invocation: the context attributes, and the notification that stands for no Input.

User guide, "Adding context attributes"; API reference, Target, Input.
"""

import json
from dataclasses import dataclass

from bus.local.times import to_the_second


@dataclass(frozen=True)
class Context:
    """One invocation: `scheduled` is the time that the schedule names, in epoch seconds."""

    schedule_arn: str
    scheduled: float
    execution_id: str
    account: str
    region: str
    notification_id: str

    @property
    def scheduled_time(self) -> str:
        """As in "2022-03-22T18:59:43Z"."""
        return to_the_second(int(self.scheduled))

    def fill(self, text: str | None, attempt: int) -> str:
        """What the target gets at this attempt, counted from 1."""
        if text is None:
            return self._notification()
        values = {
            "schedule-arn": self.schedule_arn,
            "scheduled-time": self.scheduled_time,
            "execution-id": self.execution_id,
            "attempt-number": str(attempt),
        }
        for name, value in values.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _notification(self) -> str:
        """The "default notification", as AWS sends it; its detail is a text."""
        return json.dumps(
            {
                "version": "0",
                "id": self.notification_id,
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": self.account,
                "time": self.scheduled_time,
                "region": self.region,
                "resources": [self.schedule_arn],
                "detail": "{}",
            }
        )

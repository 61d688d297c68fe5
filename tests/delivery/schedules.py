"""What the cases of EventBridge Scheduler say again and again."""

from datetime import UTC, datetime
from typing import Any

from tests.delivery.aws import Aws, Queue

OFF = {"Mode": "OFF"}


def schedule(aws: Aws, expression: str, target: dict[str, Any], **more: Any) -> str:
    """The name of a schedule of one target; `more` are CreateSchedule's other parameters."""
    name = aws.name()
    given = {"FlexibleTimeWindow": OFF, "Target": {"RoleArn": aws.role(), **target}} | more
    aws.client("scheduler").create_schedule(Name=name, ScheduleExpression=expression, **given)
    return name


def to(queue: Queue, text: str = "due", **more: Any) -> dict[str, Any]:
    return {"Arn": queue.arn, "Input": text, **more}


def in_seconds(aws: Aws, seconds: float) -> str:
    """An at expression of that instant."""
    return f"at({datetime.fromtimestamp(aws.now() + seconds, UTC):%Y-%m-%dT%H:%M:%S})"


def exists(aws: Aws, name: str) -> bool:
    return name in [each["Name"] for each in aws.client("scheduler").list_schedules()["Schedules"]]

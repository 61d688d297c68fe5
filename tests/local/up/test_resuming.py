"""Time that nobody was there for: what was due in it happens once, at the next start."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from bus.local.up.beginning import begun
from bus.local.up.inputs import Call, Resume
from bus.local.up.machine import Machine

START = 1_800_000_000.0
DAY = 86_400.0


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with nothing in it."""
    with mock_aws():
        yield begun(START, 1)


def call(machine: Machine, service: str, operation: str, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = machine.apply(machine.plane.clock.time(), Call(service, operation, params, "")).result()
    return answer


def queue(machine: Machine) -> tuple[str, str]:
    url = call(machine, "sqs", "CreateQueue", QueueName="ticks")["QueueUrl"]
    return url, "arn:aws:sqs:us-east-1:123456789012:ticks"


def count(machine: Machine, url: str) -> int:
    asked = call(machine, "sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("expression", ["rate(1 minute)", "cron(* * * * ? *)"])
def test_a_schedule_that_was_missed_a_thousand_times_is_due_once(machine: Machine, expression: str) -> None:
    url, arn = queue(machine)
    role = call(machine, "iam", "CreateRole", RoleName="r", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    target = {"Arn": arn, "RoleArn": role, "Input": "{}"}
    flexible = {"Mode": "OFF"}
    call(
        machine,
        "scheduler",
        "CreateSchedule",
        Name="s",
        ScheduleExpression=expression,
        FlexibleTimeWindow=flexible,
        Target=target,
    )
    machine.run_to(START + 300)
    before = count(machine, url)
    assert before in (4, 5, 6)
    machine.apply(START + DAY, Resume())
    machine.run_to(START + DAY + 1)
    assert count(machine, url) - before in (1, 2)  # the one that was missed, and that of this minute
    machine.run_to(START + DAY + 301)
    assert count(machine, url) - before in (6, 7)


@pytest.mark.parametrize("expression", ["rate(1 minute)", "cron(* * * * ? *)"])
def test_so_is_a_rule_on_a_schedule(machine: Machine, expression: str) -> None:
    url, arn = queue(machine)
    call(machine, "sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": _OPEN})
    call(machine, "events", "PutRule", Name="r", ScheduleExpression=expression)
    call(machine, "events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    machine.run_to(START + 300)
    before = count(machine, url)
    assert before in (4, 5, 6)
    machine.apply(START + DAY, Resume())
    machine.run_to(START + DAY + 1)
    assert count(machine, url) - before in (1, 2)
    machine.run_to(START + DAY + 301)
    assert count(machine, url) - before in (6, 7)


def test_a_message_that_became_visible_meanwhile_is_visible(machine: Machine) -> None:
    url, _ = queue(machine)
    call(machine, "sqs", "SendMessage", QueueUrl=url, MessageBody="x", DelaySeconds=900)
    machine.apply(START + DAY, Resume())
    assert call(machine, "sqs", "ReceiveMessage", QueueUrl=url)["Messages"][0]["Body"] == "x"


def test_a_message_that_outlived_its_retention_meanwhile_is_gone(machine: Machine) -> None:
    url, _ = queue(machine)
    call(machine, "sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"MessageRetentionPeriod": "3600"})
    call(machine, "sqs", "SendMessage", QueueUrl=url, MessageBody="x")
    machine.apply(START + DAY, Resume())
    assert call(machine, "sqs", "ReceiveMessage", QueueUrl=url) == {}


_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
_OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}],
    }
)

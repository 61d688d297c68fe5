"""The plane under the real clock: a full disk, what is shown while nothing is written, a machine that slept."""

import asyncio
import errno
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from bus.local.functions.answer import Answer
from bus.local.up.beginning import begun
from bus.local.up.inputs import Input
from bus.local.up.live import Live, NotTakenError
from bus.local.up.machine import Machine
from bus.local.up.state import State
from bus.local.wire.messages import Request
from bus.local.world import Work
from tests.local.later.worlds import function

START = 1_800_000_000.0
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
S3 = "AWS4-HMAC-SHA256 Credential=a/20270115/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


class Disk(State):
    """A state whose journal may be full."""

    full = False

    def append(self, instant: float, given: Input) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().append(instant, given)


class Running:
    """A live plane whose real time is the test's, and whose functions the test answers."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.now = START
        patch.setattr("bus.local.up.live.time.time", lambda: self.now)
        self.state, self.machine = Disk(folder), begun(START, 1)
        self.state.begin(self.machine)
        self.asked: list[Callable[[Answer], None]] = []
        self.live = Live(self.machine, self.state, unsaved=0.0, run_function=self._run)
        self.live.start()

    def _run(self, _work: Work, answered: Callable[[Answer], None]) -> None:
        self.asked.append(answered)

    def call(self, service: str, operation: str, **params: Any) -> Any:
        return self.live.call(service, operation, params).result()

    def pass_to(self, seconds: float) -> None:
        """The instant, in seconds from the start, at which a timer of the loop would fire."""
        self.now = START + seconds
        self.live._tick()  # noqa: SLF001 - the loop's own time is real

    def recovered(self) -> Machine:
        machine = State(self.state.folder).recover().machine
        assert machine is not None
        return machine


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Callable[[Running], Awaitable[None]]], None]]:
    """`run(case)`: the case with a live plane, on a loop."""

    async def running(case: Callable[[Running], Awaitable[None]]) -> None:
        await case(Running(tmp_path / "state", monkeypatch))

    with mock_aws():
        yield lambda case: asyncio.run(running(case))


def test_what_the_journal_has_no_room_for_is_refused_and_not_done(run: Any) -> None:
    async def case(up: Running) -> None:
        url = up.call("sqs", "CreateQueue", QueueName="q")["QueueUrl"]
        up.state.full = True
        with pytest.raises(NotTakenError, match="No space left") as refused:
            up.call("sqs", "SendMessage", QueueUrl=url, MessageBody="one")
        with pytest.raises(NotTakenError):
            up.live.raw("s3", Request("PUT", "/bucket", "", {"host": "s3.amazonaws.com", "authorization": S3}, b""))
        assert refused.value.status == 500
        assert up.call("sqs", "ListQueues")["QueueUrls"] == [url]
        up.state.full = False
        up.call("sqs", "SendMessage", QueueUrl=url, MessageBody="two")
        [message] = up.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        assert message["Body"] == "two"
        assert up.machine.plane.call("s3", "ListBuckets")["Buckets"] == []

    run(case)


def test_the_answer_of_a_function_waits_until_the_disk_has_room(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.local.up.live._AGAIN", 0.01)

    async def case(up: Running) -> None:
        function(up.machine.plane)
        asked = up.live.call("lambda", "Invoke", {"FunctionName": "f", "Payload": b"1"})
        up.state.full = True
        up.asked[0](Answer(b"2", failed=False, request_id="r"))
        assert not asked.done
        up.state.full = False
        for _ in range(100):
            await asyncio.sleep(0.01)
            if asked.done:
                break
        assert asked.result()["Payload"] == b"2"

    run(case)


def test_what_somebody_was_shown_has_happened_at_that_time_after_a_crash_too(run: Any) -> None:
    """A message came out of its delay, which no input says; the clock of the next process stands where it was seen."""

    async def case(up: Running) -> None:
        url = up.call("sqs", "CreateQueue", QueueName="q")["QueueUrl"]
        up.call("scheduler", "CreateSchedule", **_every_minute(up))
        up.pass_to(61)
        asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        seen = up.call("sqs", "GetQueueAttributes", **asked)["Attributes"]
        again = up.recovered()
        assert seen["ApproximateNumberOfMessages"] == "2"
        assert again.plane.clock.time() == START + 61
        assert again.plane.call("sqs", "GetQueueAttributes", **asked)["Attributes"] == seen
        assert again.plane.ledger.digest() == up.machine.plane.ledger.digest()

    run(case)


def test_what_happened_before_the_machine_slept_is_not_put_off_by_a_crash(run: Any) -> None:
    async def case(up: Running) -> None:
        up.call("sqs", "CreateQueue", QueueName="q")
        up.call("scheduler", "CreateSchedule", **_every_minute(up))
        up.pass_to(60)
        up.pass_to(120)  # two ticks, then an hour's sleep
        up.pass_to(3720)
        assert up.recovered().plane.ledger.digest() == up.machine.plane.ledger.digest()

    run(case)


def _every_minute(up: Running) -> dict[str, Any]:
    role = up.call("iam", "CreateRole", RoleName="s", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    return {
        "Name": "often",
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": role, "Input": "{}"},
    }

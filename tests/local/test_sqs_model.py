"""A standard queue against the simplest model of one: messages, and when each may be seen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

SECONDS = st.integers(0, 20)
RETENTION = 120


@dataclass
class Expected:
    """One message of the model: hidden until `visible_at`, gone at `expires_at`."""

    visible_at: float
    expires_at: float
    receives: int = 0
    handle: str = ""


class StandardQueue(RuleBasedStateMachine):
    """Whatever is done, in whatever order, the queue answers as the model does."""

    def __init__(self) -> None:
        super().__init__()
        self.plane = Plane()
        self.plane.open(SqsRoom(self.plane))
        attributes = {"MessageRetentionPeriod": str(RETENTION)}
        self.url = self.plane.call("sqs", "CreateQueue", QueueName="q", Attributes=attributes)["QueueUrl"]
        self.expected: dict[str, Expected] = {}
        self.handles: list[str] = []

    def call(self, operation: str, **params: object) -> Any:
        return self.plane.call("sqs", operation, QueueUrl=self.url, **params)

    @property
    def now(self) -> float:
        return self.plane.clock.time()

    @rule(delay=SECONDS)
    def send(self, delay: int) -> None:
        sent = self.call("SendMessage", MessageBody="x", DelaySeconds=delay)
        self.expected[sent["MessageId"]] = Expected(self.now + delay, self.now + RETENTION)

    @rule(limit=st.integers(1, 10), visibility=SECONDS)
    def receive(self, limit: int, visibility: int) -> None:
        visible = {name for name, message in self.expected.items() if message.visible_at <= self.now}

        received = self.call(
            "ReceiveMessage", MaxNumberOfMessages=limit, VisibilityTimeout=visibility, AttributeNames=["All"]
        ).get("Messages", [])

        assert len(received) == min(limit, len(visible))
        assert {message["MessageId"] for message in received} <= visible
        for message in received:
            expected = self.expected[message["MessageId"]]
            expected.receives += 1
            expected.visible_at, expected.handle = self.now + visibility, message["ReceiptHandle"]
            assert message["Attributes"]["ApproximateReceiveCount"] == str(expected.receives)
            self.handles.append(message["ReceiptHandle"])

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if self.handles:
            handle = data.draw(st.sampled_from(self.handles))
            self.call("DeleteMessage", ReceiptHandle=handle)
            self.expected = {name: one for name, one in self.expected.items() if one.handle != handle}

    @rule(data=st.data(), seconds=SECONDS)
    def change_visibility(self, data: st.DataObject, seconds: int) -> None:
        in_flight = [one for one in self.expected.values() if one.handle and one.visible_at > self.now]
        if in_flight:
            message = data.draw(st.sampled_from(in_flight))
            self.call("ChangeMessageVisibility", ReceiptHandle=message.handle, VisibilityTimeout=seconds)
            message.visible_at = self.now + seconds

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.plane.engine.advance(timedelta(seconds=seconds))
        self.expected = {name: one for name, one in self.expected.items() if one.expires_at > self.now}

    @invariant()
    def the_counts_agree(self) -> None:
        counted = self.call("GetQueueAttributes", AttributeNames=["All"])["Attributes"]
        visible = sum(one.visible_at <= self.now for one in self.expected.values())
        delayed = sum(one.visible_at > self.now and not one.handle for one in self.expected.values())
        assert counted["ApproximateNumberOfMessages"] == str(visible)
        assert counted["ApproximateNumberOfMessagesDelayed"] == str(delayed)
        assert counted["ApproximateNumberOfMessagesNotVisible"] == str(len(self.expected) - visible - delayed)


StandardQueue.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None, derandomize=True)
TestStandardQueue = StandardQueue.TestCase

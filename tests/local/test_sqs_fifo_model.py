"""A FIFO queue with dead letters against a list of messages in the order they were sent.

The plane is asked for anomalies throughout: a FIFO queue knows none.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bus.local.anomalies import Anomalies
from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

SECONDS = st.integers(0, 20)
RETENTION = 400
MAX_RECEIVES = 3
DEDUPLICATION = 300
DEAD = "arn:aws:sqs:us-east-1:123456789012:dead.fifo"


@dataclass
class Expected:
    """One message of the model: hidden until `visible_at`, gone at `expires_at`."""

    body: str
    group: str
    visible_at: float
    expires_at: float
    receives: int = 0
    handle: str = ""


class FifoQueue(RuleBasedStateMachine):
    """Whatever is done, each group is received in order, nothing of it while some is in flight, nothing twice."""

    def __init__(self) -> None:
        super().__init__()
        self.plane = Plane(anomalies=Anomalies(seed=1, twice=0.5, late=0.5))
        self.plane.open(SqsRoom(self.plane))
        self.dead_url = self.create("dead.fifo")
        policy = f'{{"deadLetterTargetArn": "{DEAD}", "maxReceiveCount": {MAX_RECEIVES}}}'
        self.url = self.create("q.fifo", RedrivePolicy=policy)
        self.sent = 0
        self.expected: list[Expected] = []
        self.dead: list[Expected] = []
        self.deduplicated: dict[str, tuple[float, str]] = {}
        self.handles: list[str] = []
        self.last_sequence = 0

    def create(self, name: str, **attributes: str) -> str:
        given = {"FifoQueue": "true", "MessageRetentionPeriod": str(RETENTION)} | attributes
        return str(self.plane.call("sqs", "CreateQueue", QueueName=name, Attributes=given)["QueueUrl"])

    def call(self, operation: str, **params: object) -> Any:
        return self.plane.call("sqs", operation, QueueUrl=self.url, **params)

    @property
    def now(self) -> float:
        return self.plane.clock.time()

    def in_flight(self, message: Expected) -> bool:
        return bool(message.handle) and message.visible_at > self.now

    @rule(group=st.sampled_from("abc"), token=st.integers(0, 30))
    def send(self, group: str, token: int) -> None:
        self.sent += 1
        at, first = self.deduplicated.get(str(token), (float("-inf"), ""))

        sent = self.call(
            "SendMessage", MessageBody=str(self.sent), MessageGroupId=group, MessageDeduplicationId=str(token)
        )

        if self.now < at + DEDUPLICATION:
            assert sent["MessageId"] == first
            return
        self.deduplicated[str(token)] = (self.now, sent["MessageId"])
        self.expected.append(Expected(str(self.sent), group, self.now, self.now + RETENTION))
        assert int(sent["SequenceNumber"]) > self.last_sequence
        self.last_sequence = int(sent["SequenceNumber"])

    @rule(limit=st.integers(1, 10), visibility=SECONDS)
    def receive(self, limit: int, visibility: int) -> None:
        busy = {message.group for message in self.expected if self.in_flight(message)}
        open_ = [one for one in self.expected if one.group not in busy and one.visible_at <= self.now]
        fresh = [one for one in open_ if one.receives < MAX_RECEIVES]

        received = self.call(
            "ReceiveMessage", MaxNumberOfMessages=limit, VisibilityTimeout=visibility, AttributeNames=["All"]
        ).get("Messages", [])

        moved = self.newly_dead()
        assert all(one in open_ and one.receives >= MAX_RECEIVES for one in moved)
        assert min(1, len(fresh)) <= len(received) <= limit
        assert moved or len(received) == min(limit, len(open_))
        by_body = {one.body: one for one in fresh}
        given = [by_body[message["Body"]] for message in received]
        for group in {one.group for one in given}:
            in_order = [one for one in open_ if one.group == group and one not in moved]
            ours = [one for one in given if one.group == group]
            assert ours == in_order[: len(ours)]
        for one, message in zip(given, received, strict=True):
            one.receives, one.handle = one.receives + 1, message["ReceiptHandle"]
            one.visible_at = self.now + visibility
            assert message["Attributes"]["ApproximateReceiveCount"] == str(one.receives)
            assert message["Attributes"]["MessageGroupId"] == one.group
            self.handles.append(one.handle)

    def newly_dead(self) -> list[Expected]:
        known = {one.body for one in self.dead}
        there = [message.body for message in self.plane.rooms["sqs"].held(self.dead_url) if message.body not in known]
        moved = [one for one in self.expected if one.body in there]
        self.expected = [one for one in self.expected if one.body not in there]
        for one in moved:
            one.expires_at = self.now + RETENTION  # its time begins anew
        self.dead += moved
        return moved

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if not self.handles:
            return
        handle = data.draw(st.sampled_from(self.handles))
        # A handle is of a message that is there, held or not, or of one that is gone.
        holder = next((one for one in self.expected if one.handle.partition("#")[0] == handle.partition("#")[0]), None)
        current = holder is not None and holder.handle == handle and self.in_flight(holder)
        if holder is not None and not current:
            with pytest.raises(AwsError, match="The receipt handle has expired"):
                self.call("DeleteMessage", ReceiptHandle=handle)
        else:
            self.call("DeleteMessage", ReceiptHandle=handle)
            self.expected = [one for one in self.expected if one is not holder]

    @rule(data=st.data(), seconds=SECONDS)
    def change_visibility(self, data: st.DataObject, seconds: int) -> None:
        in_flight = [one for one in self.expected if self.in_flight(one)]
        if in_flight:
            message = data.draw(st.sampled_from(in_flight))
            self.call("ChangeMessageVisibility", ReceiptHandle=message.handle, VisibilityTimeout=seconds)
            message.visible_at = self.now + seconds

    @rule()
    def move_back(self) -> None:
        self.plane.call("sqs", "StartMessageMoveTask", SourceArn=DEAD)
        self.plane.engine.advance(timedelta(0))

        order = [message.body for message in self.plane.rooms["sqs"].held(self.url)]
        back = sorted(self.dead, key=lambda one: order.index(one.body))
        self.expected += [Expected(one.body, one.group, self.now, self.now + RETENTION) for one in back]
        self.dead = []
        numbers = [int(message.sequence_number) for message in self.plane.rooms["sqs"].held(self.url)]
        self.last_sequence = max([self.last_sequence, *numbers])

    @rule(seconds=st.one_of(SECONDS, st.just(150)))
    def wait(self, seconds: int) -> None:
        self.plane.engine.advance(timedelta(seconds=seconds))
        self.expected = [one for one in self.expected if one.expires_at > self.now]
        self.dead = [one for one in self.dead if one.expires_at > self.now]

    @invariant()
    def what_is_kept_agrees(self) -> None:
        held = self.plane.rooms["sqs"].held
        assert {message.body for message in held(self.url)} == {one.body for one in self.expected}
        assert {message.body for message in held(self.dead_url)} == {one.body for one in self.dead}
        counted = self.call("GetQueueAttributes", AttributeNames=["All"])["Attributes"]
        hidden = sum(self.in_flight(one) for one in self.expected)
        assert counted["ApproximateNumberOfMessagesNotVisible"] == str(hidden)
        assert counted["ApproximateNumberOfMessages"] == str(len(self.expected) - hidden)


FifoQueue.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)
TestFifoQueue = FifoQueue.TestCase

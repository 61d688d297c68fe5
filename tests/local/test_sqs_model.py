"""A standard queue with dead letters against the simplest model of one: messages, and when each may be seen."""

import json
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
RETENTION = 120
MAX_RECEIVES = 3


@dataclass
class Expected:
    """One message of the model: hidden until `visible_at`, gone at `expires_at`."""

    visible_at: float
    expires_at: float
    receives: int = 0
    handle: str = ""
    received_at: float = 0.0


class Queues(RuleBasedStateMachine):
    """A queue, its dead-letter queue, and the plane they are in; bodies are the names of messages."""

    twice = late = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.plane = Plane(anomalies=Anomalies(seed=1, twice=self.twice, late=self.late))
        self.plane.open(SqsRoom(self.plane))
        self.dead_url = self.create("dead")
        self.dead_arn = self.plane.arn("sqs", "dead")
        policy = json.dumps({"deadLetterTargetArn": self.dead_arn, "maxReceiveCount": MAX_RECEIVES})
        self.url = self.create("q", RedrivePolicy=policy)
        self.sent = 0

    def create(self, name: str, **attributes: str) -> str:
        given = {"MessageRetentionPeriod": str(RETENTION)} | attributes
        return str(self.plane.call("sqs", "CreateQueue", QueueName=name, Attributes=given)["QueueUrl"])

    def call(self, operation: str, **params: object) -> Any:
        return self.plane.call("sqs", operation, QueueUrl=self.url, **params)

    def receive_some(self, limit: int, visibility: int) -> list[Any]:
        received = self.call(
            "ReceiveMessage", MaxNumberOfMessages=limit, VisibilityTimeout=visibility, AttributeNames=["All"]
        )
        return list(received.get("Messages", []))

    def held(self, url: str) -> set[str]:
        return {message.body for message in self.plane.rooms["sqs"].held(url)}

    @property
    def now(self) -> float:
        return self.plane.clock.time()


class StandardQueue(Queues):
    """Whatever is done, in whatever order, the queue answers as the model does."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[str, Expected] = {}
        self.dead: dict[str, float] = {}  # body -> expiry
        self.handles: list[str] = []

    @rule(delay=SECONDS, group=st.sampled_from([None, "a", "b"]))
    def send(self, delay: int, group: str | None) -> None:
        self.sent += 1
        more = {} if group is None else {"MessageGroupId": group}
        self.call("SendMessage", MessageBody=str(self.sent), DelaySeconds=delay, **more)
        self.expected[str(self.sent)] = Expected(self.now + delay, self.now + RETENTION)

    @rule(limit=st.integers(1, 10), visibility=SECONDS)
    def receive(self, limit: int, visibility: int) -> None:
        visible = {name for name, message in self.expected.items() if message.visible_at <= self.now}
        worn = {name for name in visible if self.expected[name].receives >= MAX_RECEIVES}

        received = self.receive_some(limit, visibility)

        assert len(received) == min(limit, len(visible - worn))
        assert {message["Body"] for message in received} <= visible - worn
        moved = self.held(self.dead_url) - self.dead.keys()
        assert moved <= worn
        assert moved == worn or len(received) == limit
        for name in moved:
            self.dead[name] = self.expected.pop(name).expires_at
        for message in received:
            expected = self.expected[message["Body"]]
            expected.receives += 1
            expected.visible_at, expected.handle = self.now + visibility, message["ReceiptHandle"]
            expected.received_at = self.now
            assert message["Attributes"]["ApproximateReceiveCount"] == str(expected.receives)
            self.handles.append(message["ReceiptHandle"])

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if self.handles:
            handle = data.draw(st.sampled_from(self.handles))
            self.call("DeleteMessage", ReceiptHandle=handle)
            self.expected = {name: one for name, one in self.expected.items() if one.handle != handle}

    @rule(data=st.data(), seconds=st.one_of(SECONDS, st.just(43_200)))
    def change_visibility(self, data: st.DataObject, seconds: int) -> None:
        if not self.handles:
            return
        handle = data.draw(st.sampled_from(self.handles))
        message = next((one for one in self.expected.values() if one.handle == handle), None)
        in_flight = message is not None and message.visible_at > self.now
        too_long = message is not None and self.now + seconds > message.received_at + 43_200
        if message is not None and in_flight and not too_long:
            self.call("ChangeMessageVisibility", ReceiptHandle=handle, VisibilityTimeout=seconds)
            message.visible_at = self.now + seconds
        else:
            refusal = "InvalidParameterValue" if message is None or in_flight else "MessageNotInflight"
            with pytest.raises(AwsError, match=refusal):
                self.call("ChangeMessageVisibility", ReceiptHandle=handle, VisibilityTimeout=seconds)

    @rule()
    def move_back(self) -> None:
        self.plane.call("sqs", "StartMessageMoveTask", SourceArn=self.dead_arn)
        self.plane.engine.advance(timedelta(0))

        for name in self.dead:
            self.expected[name] = Expected(self.now, self.now + RETENTION)
        self.dead = {}

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.plane.engine.advance(timedelta(seconds=seconds))
        self.expected = {name: one for name, one in self.expected.items() if one.expires_at > self.now}
        self.dead = {name: expires_at for name, expires_at in self.dead.items() if expires_at > self.now}

    @rule(seconds=SECONDS)
    def change_the_delay_of_the_queue(self, seconds: int) -> None:
        self.call("SetQueueAttributes", Attributes={"DelaySeconds": str(seconds)})
        self.call("SetQueueAttributes", Attributes={"DelaySeconds": "0"})

    @invariant()
    def the_counts_agree(self) -> None:
        counted = self.call("GetQueueAttributes", AttributeNames=["All"])["Attributes"]
        visible = sum(one.visible_at <= self.now for one in self.expected.values())
        delayed = sum(one.visible_at > self.now and not one.handle for one in self.expected.values())
        assert counted["ApproximateNumberOfMessages"] == str(visible)
        assert counted["ApproximateNumberOfMessagesDelayed"] == str(delayed)
        assert counted["ApproximateNumberOfMessagesNotVisible"] == str(len(self.expected) - visible - delayed)

    @invariant()
    def nothing_else_is_kept(self) -> None:
        assert self.held(self.url) == self.expected.keys()
        assert self.held(self.dead_url) == self.dead.keys()


class UnreliableQueue(Queues):
    """With anomalies a message comes late, or twice, but it comes: whatever was not deleted is received again."""

    twice = late = 0.3

    def __init__(self) -> None:
        super().__init__()
        self.call("SetQueueAttributes", Attributes={"RedrivePolicy": "", "MessageRetentionPeriod": "1209600"})
        self.open: set[str] = set()
        self.handles: dict[str, str] = {}  # the latest receipt handle of each body

    @rule()
    def send(self) -> None:
        self.sent += 1
        self.call("SendMessage", MessageBody=str(self.sent))
        self.open.add(str(self.sent))

    @rule(limit=st.integers(1, 10), visibility=SECONDS)
    def receive(self, limit: int, visibility: int) -> None:
        for message in self.receive_some(limit, visibility):
            assert 1 <= int(message["Body"]) <= self.sent
            self.handles[message["Body"]] = message["ReceiptHandle"]

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if self.handles:
            body = data.draw(st.sampled_from(sorted(self.handles)))
            self.call("DeleteMessage", ReceiptHandle=self.handles.pop(body))
            self.open.discard(body)

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.plane.engine.advance(timedelta(seconds=seconds))

    def teardown(self) -> None:
        self.plane.engine.run_until_idle()
        received = set()
        while messages := self.receive_some(10, 43_200):
            received |= {message["Body"] for message in messages}
        assert received >= self.open


for machine in (StandardQueue, UnreliableQueue):
    machine.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None, derandomize=True)
TestStandardQueue = StandardQueue.TestCase
TestUnreliableQueue = UnreliableQueue.TestCase

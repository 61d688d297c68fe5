"""A machine that is recovered from its folder is the machine that was there, wherever it was cut off."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from bus.local.functions.answer import Answer
from bus.local.outside.records import Request as HttpCall
from bus.local.up.beginning import begun
from bus.local.up.inputs import Answered, Call, Deploy, HungUp, Input, Raw, Resume
from bus.local.up.machine import Machine
from bus.local.up.snapshots import UnreadableStateError, frozen, thawed
from bus.local.up.state import State
from bus.local.wire.messages import Request
from bus.local.world import Work
from tests.up.project import TEMPLATE

START = 1_800_000_000.0
OBJECTS = "objects"
SCOPE = "a/20270115/us-east-1/s3/aws4_request"


class Answering:
    """A runner that leaves errands to the test."""

    def __init__(self) -> None:
        self.works: list[tuple[int, Work]] = []

    def invoke(self, number: int, work: Work) -> None:
        self.works.append((number, work))

    def call_out(self, number: int, request: HttpCall, timeout: float) -> None:
        raise AssertionError(number, request, timeout)


class Traffic:
    """Random inputs of every kind, each appended and applied as `bus up` does it."""

    def __init__(self, state: State, machine: Machine, seed: int) -> None:
        self.state, self.machine, self.chance = state, machine, random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.runner = machine.errands.runner = Answering()
        self.now = START
        self.handles: list[str] = []
        self.take(Deploy("small", TEMPLATE, "bus/infra/template.yaml", {}))
        self.urls = {name: self.call("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"] for name in ("work", "events")}

    def take(self, given: Input) -> Any:
        self.now += self.chance.choice([0.0, 0.001, 0.2, 3.0])
        self.state.append(self.now, given)
        return self.machine.apply(self.now, given)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        later = self.take(Call(service, operation, params, ""))
        return later.result() if later.done else {}

    def step(self) -> None:
        kinds: list[Callable[[], object]] = [
            self._send,
            self._receive,
            self._receive,
            self._delete,
            self._put_events,
            self._put_item,
            self._put_object,
            self._invoke,
            self._answer,
            self._poll,
            self._hang_up,
            self._pass_time,
        ]
        self.chance.choice(kinds)()

    def _send(self) -> None:
        self.call(
            "sqs",
            "SendMessage",
            QueueUrl=self.urls["work"],
            MessageBody=self._text(),
            DelaySeconds=self.chance.choice([0, 2]),
        )

    def _receive(self) -> None:
        name = self.chance.choice(["work", "events"])
        answer = self.call(
            "sqs", "ReceiveMessage", QueueUrl=self.urls[name], VisibilityTimeout=self.chance.choice([1, 30])
        )
        if name == "work":
            self.handles += [message["ReceiptHandle"] for message in answer.get("Messages", ())]

    def _delete(self) -> None:
        if self.handles:
            handle = self.handles.pop(self.chance.randrange(len(self.handles)))
            self.call("sqs", "DeleteMessage", QueueUrl=self.urls["work"], ReceiptHandle=handle)

    def _put_events(self) -> None:
        entry = {
            "EventBusName": "small",
            "Source": "case",
            "DetailType": "Case",
            "Detail": json.dumps({"id": self._text()}),
        }
        self.call("events", "PutEvents", Entries=[entry, {**entry, "Source": "other"}])

    def _put_item(self) -> None:
        self.call(
            "dynamodb",
            "PutItem",
            TableName="things",
            Item={"id": {"S": str(self.chance.randrange(20))}, "v": {"S": self._text()}},
        )

    def _put_object(self) -> None:
        headers = {
            "host": "s3.amazonaws.com",
            "authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0",
        }
        request = Request("PUT", f"/{OBJECTS}/{self.chance.randrange(9)}", "", headers, self._text().encode())
        assert self.take(Raw("s3", request)).result().status == 200

    def _invoke(self) -> None:
        self.call("lambda", "Invoke", FunctionName="writer", InvocationType="Event", Payload=b'{"id": "1"}')

    def _answer(self) -> None:
        if self.runner.works:
            number, work = self.runner.works.pop(0)
            failed = self.chance.random() < 0.4
            self.take(Answered(number, Answer(b'{"errorType": "E"}' if failed else b"{}", failed, work.request_id)))

    def _poll(self) -> None:
        self.take(Call("sqs", "ReceiveMessage", {"QueueUrl": self.urls["work"], "WaitTimeSeconds": 5}, ""))

    def _hang_up(self) -> None:
        if self.machine.waiting:
            self.take(HungUp(self.machine.waiting[0]))

    def _pass_time(self) -> None:
        self.now += self.chance.choice([1.0, 60.0, 3600.0])
        if self.chance.random() < 0.3:
            self.take(Resume())

    def _text(self) -> str:
        return f"text {self.chance.randrange(1_000_000)}"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    """What moto keeps, which a recovery puts back in its place."""
    with mock_aws():
        yield


@pytest.fixture
def traffic(tmp_path: Path) -> Traffic:
    """A machine with a stack, in a folder."""
    state = State(tmp_path / "state")
    machine = begun(START, 7)
    state.begin(machine)
    return Traffic(state, machine, seed=1)


def seen(machine: Machine) -> dict[str, Any]:
    """What a client could know of a machine, and what is yet to come of it."""
    plane = machine.plane
    queues = {}
    for url in plane.call("sqs", "ListQueues")["QueueUrls"]:
        queues[url] = plane.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
    objects = plane.call("s3", "ListObjectsV2", Bucket=OBJECTS).get("Contents", [])
    return {
        "ledger": plane.ledger.digest(),
        "queues": queues,
        "items": plane.call("dynamodb", "Scan", TableName="things")["Items"],
        "objects": [(each["Key"], each["ETag"], each["LastModified"]) for each in objects],
        "archive": plane.call("events", "DescribeArchive", ArchiveName="small")["EventCount"],
        "stacks": [each["StackStatus"] for each in plane.call("cloudformation", "DescribeStacks")["Stacks"]],
        "time": plane.clock.time(),
        "next": plane.engine.next_instant,
        "chance": plane.chance.random.getstate(),
        "waiting": machine.waiting,
        "errands": sorted(machine.errands.cut_off[0]),
        "taken": machine.taken,
    }


def copy_of(state: State, folder: Path) -> Machine:
    """What another process would find after this one was killed now."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(state.folder, folder)
    machine = State(folder).recover().machine
    assert machine is not None
    return machine


@pytest.mark.parametrize("snapshots", [(), (40, 110), range(0, 160, 10)], ids=["none", "two", "many"])
def test_a_recovered_machine_is_the_one_that_was_cut_off(traffic: Traffic, tmp_path: Path, snapshots: Any) -> None:
    for number in range(160):
        traffic.step()
        if number in snapshots:
            traffic.state.snapshot(traffic.machine)
            traffic.state.finish()
        if number % 20 == 19:
            now = seen(traffic.machine)
            assert seen(copy_of(traffic.state, tmp_path / "copy")) == now


def test_a_copy_goes_on_as_the_original_would(traffic: Traffic, tmp_path: Path) -> None:
    for _ in range(100):
        traffic.step()
    copy = copy_of(traffic.state, tmp_path / "copy")
    for machine in (copy, traffic.machine):
        machine.run_to(traffic.now + 86_400)
    assert copy.plane.ledger.digest() == traffic.machine.plane.ledger.digest()


def test_a_snapshot_that_was_not_finished_does_not_count(traffic: Traffic, tmp_path: Path) -> None:
    for _ in range(30):
        traffic.step()
    traffic.state.snapshot(traffic.machine)
    traffic.state.finish()
    for _ in range(30):
        traffic.step()
    now = seen(traffic.machine)
    newest = max(traffic.state.folder.glob("snapshot-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    newest.with_name(f"snapshot-{int(newest.name.rpartition('-')[2]) + 1}.new").write_bytes(b"half")
    assert seen(copy_of(traffic.state, tmp_path / "copy")) == now


def test_an_input_that_fails_inside_fails_again_in_the_replay(traffic: Traffic, tmp_path: Path) -> None:
    later = traffic.take(Answered(99_999, Answer(b"{}", failed=False, request_id="nobody")))
    assert isinstance(_error(later), KeyError)
    traffic.step()
    now = seen(traffic.machine)
    assert seen(copy_of(traffic.state, tmp_path / "copy")) == now


def test_a_frozen_machine_is_thawed_whole_with_its_listeners_left_out(traffic: Traffic) -> None:
    for _ in range(50):
        traffic.step()
    traffic.machine.listener = print
    now = seen(traffic.machine)
    copy = thawed(frozen(traffic.machine))
    assert seen(copy) == now
    assert copy.listener is None
    assert copy.errands.runner is None


def test_a_state_of_another_version_is_refused_with_what_to_do(traffic: Traffic) -> None:
    state = b"0123456789abcdef" + frozen(traffic.machine)[16:]
    with pytest.raises(UnreadableStateError, match=r"0123456789abcdef.*bus down --clean"):
        thawed(state)


def _error(later: Any) -> BaseException | None:
    try:
        later.result()
    except KeyError as error:
        return error
    return None

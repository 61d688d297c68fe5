"""A machine with a journal, whose time passes when it is told to, and clients of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.response import StreamingBody

from bus.local.functions.answer import Answer
from bus.local.later import Later
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.outside.records import Request as HttpCall
from bus.local.up.beginning import begun
from bus.local.up.inputs import Answered, Call, Called, Deploy, Input, Raw, Visit
from bus.local.up.machine import Machine
from bus.local.up.reading import reads
from bus.local.up.state import State
from bus.local.wire.messages import Request
from bus.local.wire.models import operations_of
from bus.local.world import Work

START = 1_800_000_000.0
_SIGNED = "AWS4-HMAC-SHA256 Credential=a/20270115/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0"


class Client:
    """`client.send_message(…)` as boto3's would, with nothing between it and the machine."""

    def __init__(self, bench: "Bench", service: str) -> None:
        self._bench, self._service = bench, service
        self._operations = {xform_name(name): name for name in operations_of(service)}

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        operation = self._operations[method]
        return lambda **params: self._bench.call(self._service, operation, params)


class Bench:
    """Appends and applies every call as `bus up` does; `works` and `calls` wait for an answer of the test."""

    def __init__(self, folder: Path) -> None:
        self.state, self.machine = State(folder), begun(START, 7)
        self.state.begin(self.machine)
        self.machine.errands.runner = self
        self.works: list[tuple[int, Work]] = []
        self.calls: list[tuple[int, HttpCall]] = []
        self._now = START

    def client(self, service: str, _region: str) -> Client:
        return Client(self, service)

    def call(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if reads(service, operation):
            answer = self.machine.read(self._now, service, operation, params)
        else:
            answer = self.take(Call(service, operation, params, ""))
        response: dict[str, Any] = answer.result()
        return {name: value.read() if isinstance(value, StreamingBody) else value for name, value in response.items()}

    # Time

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += seconds
        self.machine.run_to(self._now)

    def idle(self) -> None:
        self.wait(1)

    # Inputs

    def take(self, given: Input) -> Later[Any]:
        self.state.append(self._now, given)
        return self.machine.apply(self._now, given)

    def begin(self, service: str, operation: str, **params: Any) -> None:
        """A call that has no answer yet."""
        assert not self.take(Call(service, operation, params, "")).done

    def s3(self, method: str, path: str, query: str = "", body: bytes = b"") -> bytes:
        """A request for S3 as it comes, which moto answers."""
        headers = {"host": "s3.amazonaws.com", "authorization": _SIGNED, "x-amz-date": "20270115T080000Z"}
        answer = self.take(Raw("s3", Request(method, path, query, headers, body))).result()
        assert answer.status == 200, answer.body
        return bytes(answer.body)

    def deploy(self, name: str, template: str) -> None:
        self.take(Deploy(name, template, f"{name}/template.yaml", {})).result()

    def visit(self, api_id: str, request: Any) -> Later[Any]:
        return self.take(Visit(api_id, request))

    def snapshot(self) -> None:
        """What comes after this is in the journal alone."""
        self.state.snapshot(self.machine)
        self.state.finish()

    # What the world answers

    def invoke(self, number: int, work: Work) -> None:
        self.works.append((number, work))

    def call_out(self, number: int, request: HttpCall, timeout: float) -> None:  # noqa: ARG002 - a runner's
        self.calls.append((number, request))

    def answer(self, value: object = None) -> None:
        """The function that was invoked first returns a value."""
        self._answer(value, failed=False)

    def fail(self) -> None:
        """It raises an error."""
        self._answer({"errorType": "ValueError", "errorMessage": "no"}, failed=True)

    def served(self, status: int = 200, body: bytes = b"{}") -> None:
        """The server that was called first answers."""
        number, _ = self.calls.pop(0)
        self.take(Called(number, HttpAnswer(status, body)))

    def _answer(self, value: object, *, failed: bool) -> None:
        number, work = self.works.pop(0)
        self.take(Answered(number, Answer(json.dumps(value).encode(), failed, work.request_id)))


class Nobody:
    """A runner for a machine that goes on alone: each function is killed, no server can be reached."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._given = machine, list[Input]()
        machine.errands.runner = self
        dead, calls = machine.errands.cut_off
        self._given += [Answered(number, answer) for number, answer in dead.items()]
        self._given += [Called(number, None) for number in calls]

    def invoke(self, number: int, work: Work) -> None:  # noqa: ARG002 - a runner's
        self._given.append(Answered(number, self._machine.errands.cut_off[0][number]))

    def call_out(self, number: int, request: HttpCall, timeout: float) -> None:  # noqa: ARG002 - a runner's
        self._given.append(Called(number, None))

    def run(self, seconds: float) -> None:
        """Let that much time pass."""
        machine, end = self._machine, self._machine.plane.clock.time() + seconds
        while True:
            while self._given:
                machine.apply(machine.plane.clock.time(), self._given.pop(0))
            due = machine.plane.engine.next_instant
            if due is None or due > end:
                break
            machine.run_to(due)
        machine.run_to(end)

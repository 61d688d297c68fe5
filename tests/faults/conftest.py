"""Faults to inject into the whole platform: refused calls, bad deployments; and the way back from dead letters."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bus.local.functions import Function
from bus.local.platform import LocalPlatform

Look = Callable[[Mapping[str, Any]], None]


class Faults:
    """What breaks on a platform. Everything is whole again when the test ends, or when it is repaired."""

    def __init__(self, platform: LocalPlatform, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._platform, self._code, self._monkeypatch = platform, code, monkeypatch
        self._before: dict[tuple[str, str], Look] = {}
        self._after: dict[tuple[str, str], Look] = {}
        self._call = platform.plane.operations.call
        monkeypatch.setattr(platform.plane.operations, "call", self._through)
        monkeypatch.syspath_prepend(code)

    def before(self, service: str, operation: str, look: Look) -> None:
        """Let `look` see the parameters of each call of an operation, and raise what AWS would."""
        self._before[service, operation] = look

    def after(self, service: str, operation: str, look: Look) -> None:
        """Let `look` see the response of each call of an operation before the caller does."""
        self._after[service, operation] = look

    def repair(self, service: str, operation: str) -> None:
        """Let an operation do again what it does."""
        self._before.pop((service, operation), None)
        self._after.pop((service, operation), None)

    def deploy(self, function: str, code: str) -> Callable[[], None]:
        """Replace the code of a function, by its logical id; returns what rolls the deployment back.

        `code` is a module that defines `handler`.
        """
        package = self._code / f"bad_{function.lower()}"
        package.mkdir()
        (package / "code.py").write_text(code)
        sys.modules.pop(package.name, None)
        deployed = self._deployed(function)
        whole, settings = deployed.function, deployed.function.settings
        broken = replace(settings, handler=f"{package.name}.code.handler")
        deployed.function = Function(self._platform.plane, broken, deployed.arn)
        return lambda: setattr(deployed, "function", whole)

    def _deployed(self, function: str) -> Any:
        return self._platform.plane.rooms["lambda"].functions.get(self._platform.find(function))

    def _through(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if before := self._before.get((service, operation)):
            before(params)
        response = self._call(service, operation, params)
        if after := self._after.get((service, operation)):
            after(response)
        return response


@pytest.fixture
def faults(platform: LocalPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(platform, tmp_path, monkeypatch)


@pytest.fixture
def redrive(platform: LocalPlatform) -> Callable[[str, str], int]:
    """`redrive("EmailDeadLetters", "EmailQueue")`: sends every dead letter to its source again; how many."""

    def move(dead_letters: str, source: str) -> int:
        sqs = platform.client("sqs")
        moved = 0
        while messages := sqs.receive_message(QueueUrl=platform.find(dead_letters), MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                sqs.send_message(QueueUrl=platform.find(source), MessageBody=message["Body"])
                sqs.delete_message(QueueUrl=platform.find(dead_letters), ReceiptHandle=message["ReceiptHandle"])
                moved += 1
        return moved

    return move


@pytest.fixture
def events_of(platform: LocalPlatform) -> Callable[[], list[str]]:
    """The ids of the events that the bus took, once for each time that it took one."""
    return lambda: [str(hop.event_id) for hop in platform.ledger.find("events", "PutEvents", "ok")]


@pytest.fixture
def elapsed(platform: LocalPlatform) -> Callable[[], float]:
    """Virtual seconds since the platform began."""
    start = platform.plane.clock.time()
    return lambda: platform.plane.clock.time() - start

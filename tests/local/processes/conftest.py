"""A project of a few functions, and processes that run them."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import uvloop

from bus.local.functions import Package, Settings
from bus.local.functions.answer import Answer
from bus.local.processes import Processes
from bus.local.world import Work

PATIENCE = 10.0  # seconds


@dataclass
class Project:
    """Functions in files below `root`, run by `processes`; everything on one loop, which runs while it is used."""

    root: Path
    runner: asyncio.Runner
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[tuple[str, list[Path]]] = field(default_factory=list)
    others: frozenset[int] = field(default_factory=lambda: frozenset(_descendants(os.getpid())))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.processes = self.runner.run(self._make())

    async def _make(self) -> Processes:
        return Processes(
            self.root,
            self.root / ".omnibus",
            lambda work: {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ACCESS_KEY_ID": work.role},
            logged=lambda *line: self.lines.append(line),
            changed=lambda *change: self.changes.append(change),
        )

    def write(self, name: str, source: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source))

    def work(
        self,
        handler: str = "app.handler",
        event: object = None,
        *,
        package: Package | None = None,
        context: dict[str, Any] | None = None,
        trace: str = "",
        **settings: Any,
    ) -> Work:
        made = Settings(**{"name": handler.replace(".", "-"), "handler": handler, **settings})
        arn = f"arn:aws:lambda:eu-west-1:123456789012:function:{made.name}"
        payload = json.dumps(event).encode()
        return Work(
            arn, made, "the-role", package, payload, f"request-{next(self._numbers)}", trace, context, tail=True
        )

    def invoke(self, *works: Work) -> list[Answer]:
        """Run them at once; their answers in the same order."""

        async def all_of_them() -> list[Answer]:
            loop = asyncio.get_running_loop()
            answers: list[asyncio.Future[Answer]] = [loop.create_future() for _ in works]
            for work, answer in zip(works, answers, strict=True):
                self.processes.start(work, answer.set_result)
            return await asyncio.wait_for(asyncio.gather(*answers), PATIENCE)

        return self.runner.run(all_of_them())

    def call(self, handler: str = "app.handler", event: object = None, **settings: Any) -> Any:
        """What the handler returns."""
        (answer,) = self.invoke(self.work(handler, event, **settings))
        assert not answer.failed, answer
        return json.loads(answer.payload)

    def fails(self, handler: str = "app.handler", event: object = None, **settings: Any) -> dict[str, Any]:
        """How it fails."""
        (answer,) = self.invoke(self.work(handler, event, **settings))
        assert answer.failed, answer
        error: dict[str, Any] = json.loads(answer.payload)
        return error

    def until(self, holds: Callable[[], object]) -> None:
        """Let the loop run until something holds."""
        self.runner.run(self.wait_until(holds))

    async def wait_until(self, holds: Callable[[], object]) -> None:
        async def wait() -> None:
            while not holds():  # noqa: ASYNC110 - what other processes do sets no event here
                await asyncio.sleep(0.005)

        await asyncio.wait_for(wait(), PATIENCE)

    def sweep(self) -> None:
        """As time does."""
        self.processes._sweep()  # noqa: SLF001 - a test need not wait for it

    def pids(self) -> list[int]:
        """The mothers and their children; what else runs below the tests was there before."""
        return [pid for pid in _descendants(os.getpid()) if pid not in self.others]

    @staticmethod
    def kill(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        self.runner.run(self.processes.close())


@pytest.fixture
def libraries() -> tuple[str, ...]:
    """What is loaded before a function starts: nothing, for it takes a while and most tests need none."""
    return ()


@pytest.fixture
def project(tmp_path: Path, libraries: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setattr("bus.local.processes.preloading.LIBRARIES", libraries)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        project = Project(tmp_path, runner)
        yield project
        project.close()


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return [descendant for child in children for descendant in (child, *_descendants(child))]


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    """Whether a process runs; a dead one that nobody has reaped does not."""

    def answer(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        return state != "Z"

    return answer

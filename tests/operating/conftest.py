"""An account that is a platform in this process: its time passes when it is waited for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bus.cli import main
from bus.cli.target import Calls
from bus.local.platform import LocalPlatform
from bus.operating.account import Account
from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.looking import DeadLetterQueues
from bus.operating.dead_letters.redriving import Plan, redrive
from bus.operating.dead_letters.tally import Tally
from bus.operating.dead_letters.where import Where
from bus.operating.delivery.way import Ways
from tests.delivery.aws import Aws
from tests.delivery.conftest import VirtualTime


@dataclass
class VirtualClock:
    """The platform's own."""

    platform: LocalPlatform

    def now(self) -> float:
        return self.platform.plane.clock.time()

    def sleep(self, seconds: float) -> None:
        self.platform.advance(timedelta(seconds=seconds))


@dataclass
class Heard:
    """What an operator was told, step by step."""

    steps: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def done(self, what: str, total: int) -> None:
        self.steps.append(f"{total} {what}")

    def refused(self, what: str, why: str) -> None:
        del what
        self.complaints.append(why)


@dataclass
class Operator:
    """Looks at dead letters and redrives them."""

    account: Account
    heard: Heard = field(default_factory=Heard)

    def letters(self, queue: str, *where: str) -> list[Letter]:
        """What is in a dead-letter queue, by name."""
        queues = DeadLetterQueues.of(self.account)
        return list(queues.look(queues.named(queue), Where.of(where)))

    def redrive(
        self, queue: str, *where: str, to: str | None = None, stop: Callable[[], bool] | None = None, **plan: object
    ) -> Tally:
        """Send its letters back; `plan` are members of a Plan."""
        queues, tally = DeadLetterQueues.of(self.account), Tally()
        found = queues.named(queue)
        ways = Ways(self.account, found.arn, queues.survey, to)
        wanted = Plan(Where.of(where), **plan)  # type: ignore[arg-type]  # of whatever type the member has
        redrive(queues, found, ways, wanted, tally, self.heard, stop or (lambda: False))
        return tally


def account_of(platform: LocalPlatform) -> Account:
    # One call at a time: a platform in process is no server.
    return Account(clock=VirtualClock(platform), workers=1)


@pytest.fixture
def empty() -> Iterator[LocalPlatform]:
    """A platform with nothing in it."""
    with LocalPlatform.from_templates() as platform:
        yield platform


@pytest.fixture
def aws(empty: LocalPlatform) -> Aws:
    """What makes things in it."""
    return Aws(VirtualTime(empty))


@pytest.fixture
def account(empty: LocalPlatform) -> Account:
    return account_of(empty)


@pytest.fixture
def operator(account: Account) -> Operator:
    return Operator(account)


@pytest.fixture
def command(empty: LocalPlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """`command("dlq", "list")`: what the command printed, and its exit code, against the empty platform."""
    return _command(empty, monkeypatch, tmp_path)


@pytest.fixture
def shop_command(platform: LocalPlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """The same, against the whole platform."""
    return _command(platform, monkeypatch, tmp_path)


def _command(platform: LocalPlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.setattr(Calls, "clock", VirtualClock(platform))
    monkeypatch.setattr(Calls, "workers", 1)
    monkeypatch.setattr(Calls, "project", tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])

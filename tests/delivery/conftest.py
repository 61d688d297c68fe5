"""Where the delivery suite runs: in process and over HTTP, each time under the virtual clock."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bus.local.platform import LocalPlatform
from tests.delivery.aws import Aws
from tests.delivery.served import Served

SOON = timedelta(seconds=1)


class VirtualTime:
    """Time as a platform has it: it passes when it is told to."""

    def __init__(self, platform: LocalPlatform) -> None:
        self._platform = platform

    def now(self) -> float:
        return self._platform.plane.clock.time()

    def wait(self, seconds: float) -> None:
        self._platform.advance(timedelta(seconds=seconds))

    def idle(self) -> None:
        self._platform.advance(SOON)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The server of the cases over HTTP: one for all that run in this process."""
    with Served() as running:
        yield running


@pytest.fixture(params=["in-process", "http"])
def aws(request: pytest.FixtureRequest) -> Iterator[Aws]:
    """An AWS with nothing in it."""
    if request.param == "http":
        served: Served = request.getfixturevalue("served")
        served.empty()
        yield Aws(served, served.client)
        assert served.bugs() == []
    else:
        with LocalPlatform.from_templates() as platform:
            yield Aws(VirtualTime(platform))

"""Where the delivery suite runs: in process, under the virtual clock."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bus.local.platform import LocalPlatform
from tests.delivery.aws import Aws

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


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An AWS with nothing in it."""
    with LocalPlatform.from_templates() as platform:
        yield Aws(VirtualTime(platform))

"""The whole platform, for tests that span services."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.local.platform import LocalPlatform

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def platform() -> Iterator[LocalPlatform]:
    """Every stack of this repository, deployed anew for each test."""
    with LocalPlatform.of_project(PROJECT) as running:
        yield running

"""One `bus up` of a small project for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.up.project import Platform, small_project


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """It runs, and its stack is deployed."""
    with Platform(small_project(tmp_path_factory.mktemp("project"))) as platform:
        yield platform

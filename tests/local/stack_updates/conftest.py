"""A stack of furniture, and what was done to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bus.local.plane import Plane
from bus.local.stacks import (
    Stacks,
)
from tests.local.stack_updates.cases import TEMPLATE, FurnitureRoom


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(FurnitureRoom)


@pytest.fixture
def stacks(plane: Plane) -> Stacks:
    return Stacks(plane)


@pytest.fixture
def log(plane: Plane) -> list[str]:
    room: FurnitureRoom = plane.rooms["furniture"]
    return room.log


@pytest.fixture
def deploy(stacks: Stacks, log: list[str], tmp_path: Path) -> Callable[..., list[str]]:
    """Deploys the template with some texts in it replaced; what that made the room do."""

    def deployed(*changes: tuple[str, str], **parameters: str) -> list[str]:
        text = TEMPLATE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "template.yaml"
        path.write_text(text)
        log.clear()
        stacks.deploy(path, "office", parameters)
        return log

    deployed()
    return deployed

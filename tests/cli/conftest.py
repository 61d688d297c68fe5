"""The `bus` command, in process where a process of its own proves nothing more."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bus.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command() -> Callable[..., Result]:
    """`command("demo", "--orders", "1")`: what the command printed, and its exit code."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has this one's templates, to spoil."""
    for template in (ROOT / "bus/infra/template.yaml", *ROOT.glob("services/*/template.yaml")):
        copy = tmp_path / template.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        shutil.copy(template, copy)
    return tmp_path

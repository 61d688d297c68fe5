"""The `bus` command, in process where a process of its own proves nothing more."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """`file(PATTERN)`: a file that holds the values, each as JSON on a line of its own; text as it is."""

    def write(*values: Any) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        path.write_text("\n".join(value if isinstance(value, str) else json.dumps(value) for value in values))
        return path

    return write

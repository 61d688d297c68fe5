"""A plane with functions of a package of its own."""

import sys
from pathlib import Path

import pytest

from bus.local.kinesis import KinesisRoom
from bus.local.lambda_ import LambdaRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom
from tests.local.invocations.cases import CODE, Build


@pytest.fixture
def plane(plane_with: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    package = tmp_path / "teams" / "orders"
    package.mkdir(parents=True)
    for file, text in (("../__init__.py", ""), ("__init__.py", ""), ("handlers.py", CODE)):
        (package / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "teams", raising=False)
    return plane_with(SqsRoom, KinesisRoom, LambdaRoom)

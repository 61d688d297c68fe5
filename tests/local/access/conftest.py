"""A gate before moto's IAM."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from bus.local.access import Gate
from bus.local.plane import Plane
from bus.local.stored.kept_by_moto import client
from tests.local.access.signing_cases import ROOT


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of moto's IAM, empty."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", Plane.region)
    with mock_aws():
        yield client("iam")


@pytest.fixture
def gate(plane: Plane, iam: Any) -> Gate:  # noqa: ARG001 - moto is to be active
    return Gate(plane, root=ROOT, enforce=True)

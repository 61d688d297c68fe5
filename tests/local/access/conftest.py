"""A gate before moto's IAM."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bus.local.access import Gate
from bus.local.plane import Plane
from tests.local.access.signing_cases import ROOT


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of moto's IAM, empty."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", Plane.region)
    with mock_aws():
        yield boto3.client("iam", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106 - no one's key


@pytest.fixture
def gate(plane: Plane, iam: Any) -> Gate:  # noqa: ARG001 - moto is to be active
    return Gate(plane, root=ROOT, enforce=True)

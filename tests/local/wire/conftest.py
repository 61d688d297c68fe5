"""Fronts that a test looks into, and clients of an endpoint without a socket between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.local import PlaneFront
from bus.local.wire.messages import Request, Response
from tests.local.wire.clients import connect


@dataclass
class RecordingFront:
    """Owns every service, keeps what it was asked and answers what it is told to."""

    answer: Later[dict[str, Any]] = field(default_factory=lambda: Later.of({}))
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    def owns(self, service: str) -> bool:
        return bool(service)

    def call(self, service: str, operation: str, params: Any, trace_header: str = "") -> Later[dict[str, Any]]:
        self.calls.append((service, operation, params))
        self.traces.append(trace_header)
        return self.answer

    def raw(self, service: str, request: Request) -> Response:
        raise AssertionError(service, request)


@pytest.fixture
def front() -> RecordingFront:
    return RecordingFront()


@pytest.fixture
def plane() -> Iterator[Plane]:
    """Every room on a plane, and moto beside it."""
    with mock_aws():
        plane = Plane()
        open_all(plane)
        yield plane
        plane.rooms["lambda"].close()


@pytest.fixture
def endpoint(plane: Plane) -> Endpoint:
    return Endpoint(PlaneFront(plane))


@pytest.fixture
def client(endpoint: Endpoint) -> Callable[..., Any]:
    """`client("sqs")`: a boto3 client whose requests the endpoint takes; the keywords are of botocore's Config."""

    def make(service: str, **config: Any) -> Any:
        made = boto3.client(  # type: ignore[call-overload]  # the stubs list services by literal names
            service,
            endpoint_url="http://127.0.0.1:4566",
            region_name=Plane.region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 - no one's
            config=Config(retries={"total_max_attempts": 1}, **config),
        )
        return connect(made, endpoint.answer)

    return make

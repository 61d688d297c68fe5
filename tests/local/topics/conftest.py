"""A plane with a topic."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from bus.local.outside import Outside
from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom
from tests.local.topics.cases import RecordingLambda


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(Outside, SqsRoom, SnsRoom, RecordingLambda)


@pytest.fixture
def sns(plane: Plane):
    return boto3.client("sns", region_name=plane.region)


@pytest.fixture
def topic(sns: Any):
    return sns.create_topic(Name="news")["TopicArn"]

"""The way to what moto keeps."""

from functools import cache
from typing import Any, ClassVar

import boto3
import time_machine
from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError
from moto.moto_api._internal import mock_random  # moto's one source of randomness; its HTTP API can only seed a server

from bus.local.errors import AwsError
from bus.local.operations import Params, Response
from bus.local.plane import Plane
from bus.local.stored.repeatable import repeatable


@cache
def client(service: str) -> Any:
    # Building one takes 10 to 90 ms, and a platform starts for every test. The keys are no one's:
    # outside moto's block a call fails, and cannot reach an account.
    return boto3.client(  # type: ignore[call-overload]  # the stubs list services by literal names
        service,
        region_name=Plane.region,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - as said
    )


def ask_moto(service: str, operation: str, params: Params) -> Response:
    """Do an operation ("PutObject") of a service that moto keeps. Raises AwsError as the service would answer.

    botocore's own way to call, past the hook by which a room of the plane answers for the service.
    """
    asked = client(service)
    name = asked.meta.method_to_api_mapping[xform_name(operation)]
    try:
        with repeatable(service):
            answer: Response = BaseClient._make_api_call(asked, name, dict(params))  # type: ignore[attr-defined]  # noqa: SLF001
    except ParamValidationError as error:  # what botocore does not even send
        raise AwsError("ValidationError", str(error)) from error
    except ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 400)
        raise AwsError(told["Code"], told["Message"], status=status) from error
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


class KeptByMoto:
    """A part of the room of stored things; moto's ids come from the plane's seed."""

    service: ClassVar[str] = "stored"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        plane.operations.otherwise(self._ask_now)
        mock_random.seed(plane.chance.random.getrandbits(64))

    def _ask_now(self, service: str, operation: str, params: Params) -> Response:
        """The same as `ask_moto`, at the plane's own time: CloudWatch Logs refuses what is two weeks old."""
        with time_machine.travel(self._plane.clock.time(), tick=False):
            return ask_moto(service, operation, params)

    def _ask(self, service: str, operation: str, **params: Any) -> Response:
        """Do boto3's `operation` ("create_role"), without the parameters that are None. Raises AwsError."""
        return self._ask_now(service, operation, {name: value for name, value in params.items() if value is not None})

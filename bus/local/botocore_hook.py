"""Answers boto3's calls from the operations table, with no HTTP, signing or parsing.

botocore emits `before-call` when a request is validated and serialised; a handler that returns an
answer there keeps the request from being sent (botocore, `BaseClient._make_api_call`). The hook is
among botocore's built-in handlers, so it reaches every client made after this module is imported.
"""

import io
from dataclasses import dataclass
from typing import Any

import botocore.handlers
from botocore.model import OperationModel
from botocore.response import StreamingBody

from bus.local.errors import AwsError
from bus.local.plane import Plane

_PARAMS = "omnibus_params"


@dataclass(frozen=True, slots=True)
class _Answered:
    status_code: int


class _Active:
    """The plane that answers this process's calls, if any."""

    plane: Plane | None = None


def activate(plane: Plane | None) -> None:
    """Let `plane` answer the calls of every client in this process; None gives them back."""
    _Active.plane = plane


def _keep_params(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    if _Active.plane is not None:
        context[_PARAMS] = params


def _answer(model: OperationModel, params: dict[str, Any], **_: object) -> tuple[_Answered, dict[str, Any]] | None:
    plane = _Active.plane
    service = model.service_model.service_name
    if plane is None or not plane.operations.owns(service):
        return None
    try:
        response = dict(plane.operations.call(service, model.name, params["context"][_PARAMS]))
    except AwsError as error:
        return _Answered(error.status), _failed(error, plane)
    if model.has_streaming_output and model.output_shape is not None:
        payload = model.output_shape.serialization["payload"]
        response[payload] = _streaming(response[payload])
    response["ResponseMetadata"] = _metadata(plane, 200)
    return _Answered(200), response


def _failed(error: AwsError, plane: Plane) -> dict[str, Any]:
    return {
        "Error": {"Code": error.code, "Message": error.message},
        "ResponseMetadata": _metadata(plane, error.status),
        **error.members,
    }


def _metadata(plane: Plane, status: int) -> dict[str, Any]:
    return {"RequestId": plane.chance.uuid(), "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def _streaming(body: bytes) -> StreamingBody:
    return StreamingBody(io.BytesIO(body), len(body))


botocore.handlers.BUILTIN_HANDLERS += [("before-parameter-build", _keep_params), ("before-call", _answer)]

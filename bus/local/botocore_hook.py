"""Answers boto3's calls from the operations table, with no HTTP, signing, serialising or parsing.

botocore emits `before-call` when a request is ready; a handler that returns an answer there keeps the
request from being sent (botocore, `BaseClient._make_api_call`). The hook is among botocore's built-in
handlers, so it reaches every client made after this module is imported. What makes a request ready is
for the wire alone, but for the validation of its parameters; `_InProcess` leaves the rest out, which
is two thirds of a small call's time.
"""

import io
from dataclasses import dataclass
from typing import Any

import botocore.handlers
from botocore.client import BaseClient
from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel
from botocore.response import StreamingBody
from botocore.validate import ParamValidator

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


class _InProcess(BaseClient):
    """A client whose calls the plane answers: validated as ever, but not made into HTTP requests."""

    def _is_answered_here(self) -> bool:
        plane = _Active.plane
        return plane is not None and plane.operations.owns(self.meta.service_model.service_name)

    def _resolve_endpoint_ruleset(self, *args: Any, **kwargs: Any) -> Any:
        if self._is_answered_here():
            return self.meta.endpoint_url, {}, {}
        return super()._resolve_endpoint_ruleset(*args, **kwargs)  # type: ignore[misc]  # the stubs leave it out

    def _convert_to_request_dict(
        self, api_params: dict[str, Any], operation_model: OperationModel, *args: Any, **kwargs: Any
    ) -> Any:
        if not self._is_answered_here():
            return super()._convert_to_request_dict(  # type: ignore[misc]  # the stubs leave it out
                api_params, operation_model, *args, **kwargs
            )
        if operation_model.input_shape is not None:
            report = _VALIDATOR.validate(api_params, operation_model.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
        return {"context": kwargs["context"], "headers": {}}


_VALIDATOR = ParamValidator()


def _answer_in_process(base_classes: list[type], **_: object) -> None:
    base_classes.insert(0, _InProcess)


botocore.handlers.BUILTIN_HANDLERS += [
    ("creating-client-class", _answer_in_process),
    ("before-parameter-build", _keep_params),
    ("before-call", _answer),
]

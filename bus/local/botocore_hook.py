"""Answers boto3's calls from the operations table, with no HTTP, signing, serialising or parsing.

The hook is among botocore's built-in handlers, so it reaches every client made after this module is imported, and
gives it `_InProcess` for a base class. That leaves out what botocore does for the wire alone, which is four fifths
of a small call's time. What callers can see of a call is as ever: the events by which libraries fill in
parameters and read responses (boto3's resources do), the validation of parameters, the exceptions.
"""

import io
from dataclasses import dataclass
from typing import Any

import botocore.handlers
from botocore.client import BaseClient
from botocore.model import OperationModel
from botocore.response import StreamingBody

from bus.local.errors import OperationError
from bus.local.operations import SECONDS
from bus.local.plane import Plane
from bus.local.validation import validate


@dataclass(frozen=True, slots=True)
class _Answered:
    status_code: int


class _Active:
    """The plane that answers this process's calls, if any."""

    plane: Plane | None = None


def activate(plane: Plane | None) -> None:
    """Let `plane` answer the calls of every client in this process; None gives them back."""
    _Active.plane = plane


def _answer(plane: Plane, model: OperationModel, params: dict[str, Any]) -> tuple[_Answered, dict[str, Any]]:
    try:
        response = dict(plane.operations.call(model.service_model.service_name, model.name, params))
    except OperationError as error:
        return _Answered(error.status), _failed(error, plane)
    if model.has_streaming_output and model.output_shape is not None:
        payload = model.output_shape.serialization["payload"]
        response[payload] = _streaming(response[payload])
    response.pop(SECONDS, None)
    response["ResponseMetadata"] = _metadata(plane, 200)
    return _Answered(200), response


def _failed(error: OperationError, plane: Plane) -> dict[str, Any]:
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
    """A client whose calls the plane answers, if it owns the service."""

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:
        plane = _Active.plane
        if plane is None or not plane.operations.owns(self.meta.service_model.service_name):
            return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]  # the stubs leave it out
        model = self.meta.service_model.operation_model(operation_name)
        context: dict[str, Any] = {"client_region": self.meta.region_name, "client_config": self.meta.config}
        params = self._emit_api_params(  # type: ignore[attr-defined]  # as above
            api_params=api_params, operation_model=model, context=context
        )
        validate(model, params)
        http, parsed = _answer(plane, model, params)
        self.meta.events.emit(
            f"after-call.{model.service_model.service_id.hyphenize()}.{operation_name}",
            http_response=http,
            parsed=parsed,
            model=model,
            context=context,
        )
        if http.status_code >= _FIRST_ERROR:
            # botocore's own handler for SQS names the exception by the code that SQS had before it spoke JSON.
            code = context.get("error_code_override") or parsed["Error"]["Code"]
            error: Any = self.exceptions.from_code(code)  # the stubs take the answer for an instance
            raise error(parsed, operation_name)
        return parsed


_FIRST_ERROR = 300


def _answer_in_process(base_classes: list[type], **_: object) -> None:
    base_classes.insert(0, _InProcess)


botocore.handlers.BUILTIN_HANDLERS.append(("creating-client-class", _answer_in_process))

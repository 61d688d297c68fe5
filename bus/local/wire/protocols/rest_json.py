"""REST with JSON: parameters in the path, the query string, the headers and the body.

Smithy, "AWS restJson1 protocol" and "HTTP bindings". Lambda has its own words for a body that it cannot read
(API reference, InvalidRequestContentException).
"""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError, OperationError
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel
from bus.local.wire.protocols import bindings
from bus.local.wire.protocols.conversation import message_name, shape_of
from bus.local.wire.protocols.json import AwsJson
from bus.local.wire.shapes.malformed import MalformedError

_SCALARS = frozenset({"blob", "string"})


class RestJson(AwsJson):
    """One service in REST with JSON."""

    def _its_content_type(self) -> str:
        return "application/json"

    def params(self, model: OperationModel, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        """See Conversation."""
        shape: Any = model.input_shape
        if shape is None:
            return {}
        try:
            params = bindings.read(shape, request, labels)
        except MalformedError as error:
            raise AwsError("SerializationException", str(error)) from error
        try:
            params.update(self._body(shape, request.body))
        except (MalformedError, RecursionError) as error:
            raise self._unreadable(error) from error
        return params

    def _body(self, shape: Any, body: bytes) -> dict[str, Any]:
        payload = shape.serialization.get("payload")
        if payload is None:
            read = self._decoders.of(shape)(self._loads(body) if body else {})
            return read if isinstance(read, dict) else {}
        member = shape.members[payload]
        if not body:
            return {}
        if member.type_name == "blob":
            return {payload: body}
        if member.type_name == "string":
            return {payload: _text(body)}
        return {payload: self._decoders.of(member)(self._loads(body))}

    def _unreadable(self, error: Exception) -> OperationError:
        told = str(error) if isinstance(error, MalformedError) else ""
        if self._service.service_name == "lambda":
            what = told or "the body is not JSON"
            return AwsError("InvalidRequestContentException", f"Could not parse request body into json: {what}")
        return AwsError("SerializationException", told)

    def answer(self, model: OperationModel, response: Mapping[str, Any], request_id: str) -> Response:
        """See Conversation."""
        status = int(model.http.get("responseCode", 200))
        shape: Any = model.output_shape
        headers: dict[str, str | list[str]] = {"x-amzn-RequestId": request_id, "Content-Type": self._content_type}
        if shape is None:
            return Response(status, headers)
        headers.update(bindings.headers(shape, response))
        return Response(bindings.status(shape, response, status), headers, self._written(shape, response))

    def _written(self, shape: Any, response: Mapping[str, Any]) -> bytes:
        payload = shape.serialization.get("payload")
        if payload is None:
            return self._dumps(self._encoders.of(shape)(response))
        value, member = response.get(payload), shape.members[payload]
        if value is None:
            return b""
        if member.type_name in _SCALARS:
            return value.encode() if isinstance(value, str) else bytes(value)
        return self._dumps(self._encoders.of(member)(value))

    def refusal(self, error: OperationError, request_id: str) -> Response:
        """See Conversation."""
        shape = shape_of(self._service, error.code)
        members = {} if shape is None else self._encoders.of(shape)(error.members)
        if error.message:
            members[message_name(shape)] = error.message
        headers: dict[str, str | list[str]] = {
            "x-amzn-RequestId": request_id,
            "Content-Type": self._content_type,
            "x-amzn-ErrorType": error.code,
        }
        if shape is not None:
            headers.update(bindings.headers(shape, error.members))
        return Response(error.status, headers, self._dumps(members))

    def no_such_operation(self, _: str) -> OperationError:
        """See Conversation."""
        return AwsError("UnknownOperationException", "", status=404)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise MalformedError from error


__all__ = ["RestJson", "ServiceModel"]

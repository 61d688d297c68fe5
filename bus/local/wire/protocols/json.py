"""AWS JSON 1.0 and 1.1: the operation in a header, the parameters in the body.

Smithy, "AWS JSON 1.0 protocol" and "… 1.1": 1.0 names an error by its shape's whole id, 1.1 by its last part. What is
said of requests that cannot be read was measured on DynamoDB (1.0) and on Athena (1.1).
"""

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

import orjson

from bus.local.errors import AwsError, OperationError
from bus.local.wire import event_stream
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel
from bus.local.wire.protocols.conversation import message_name, query_codes, shape_of
from bus.local.wire.shapes.decoding import Decode, Decoders
from bus.local.wire.shapes.decoding import base64 as from_base64
from bus.local.wire.shapes.encoding import Encode, Encoders, moment_in_json
from bus.local.wire.shapes.encoding import base64 as to_base64
from bus.local.wire.shapes.malformed import MalformedError

_NAMESPACES = {
    "dynamodb": "com.amazonaws.dynamodb.v20120810",
    "dynamodbstreams": "com.amazonaws.dynamodb.v20120810",
}
_CHECKSUMMED = frozenset({"dynamodb", "dynamodbstreams"})


class AwsJson:
    """One service in JSON; its subclasses write the same values in CBOR."""

    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._version = str(service.metadata.get("jsonVersion", "1.1"))
        self._content_type = self._its_content_type()
        self._decoders, self._encoders = self._its_decoders(), self._its_encoders()
        self._readers: dict[str, Decode] = {}
        self._writers: dict[str, Encode] = {}

    def _its_content_type(self) -> str:
        return f"application/x-amz-json-{self._version}"

    def _its_decoders(self) -> Decoders:
        return Decoders(from_base64)

    def _its_encoders(self) -> Encoders:
        return Encoders(to_base64, moment_in_json)

    def _loads(self, body: bytes) -> Any:
        return parsed(body)

    def _dumps(self, value: Any) -> bytes:
        return written(value)

    def params(self, model: OperationModel, request: Request, _: Mapping[str, str]) -> dict[str, Any]:
        """See Conversation."""
        try:
            value = self._object(request.body)
            if model.input_shape is None:
                return {}
            read = self._readers.get(model.name)
            if read is None:
                read = self._readers[model.name] = self._decoders.of(model.input_shape)
            params: dict[str, Any] = read(value)
        except (MalformedError, RecursionError) as error:
            raise AwsError("SerializationException", _told(error)) from error
        return params

    def _object(self, body: bytes) -> Any:
        """What a body says. Of a list the shape has something to say, of a scalar nothing."""
        value = self._loads(body)
        if not isinstance(value, dict | list):
            raise MalformedError
        return value

    def answer(self, model: OperationModel, response: Mapping[str, Any], request_id: str) -> Response:
        """See Conversation."""
        if model.output_shape is None:
            return self._response(200, b"" if self._version == "1.1" else self._dumps({}), request_id)
        if model.has_event_stream_output:
            body = event_stream.written(model.output_shape, response, self._encoders, self._dumps, self._content_type)
            return Response(200, self._headers(request_id, event_stream.CONTENT_TYPE), body)
        write = self._writers.get(model.name)
        if write is None:
            write = self._writers[model.name] = self._encoders.of(model.output_shape)
        return self._response(200, self._dumps(write(response)), request_id)

    def refusal(self, error: OperationError, request_id: str) -> Response:
        """See Conversation."""
        name, code = query_codes(error)
        shape = shape_of(self._service, name)
        members = {} if shape is None else self._encoders.of(shape)(error.members)
        body = {"__type": self._type(name, modelled=shape is not None), **members}
        if error.message:
            body["Message" if name == "SerializationException" else message_name(shape)] = error.message
        headers = {}
        if "awsQueryCompatible" in self._service.metadata:
            headers["x-amzn-query-error"] = f"{code};{'Sender' if error.status < FIRST_OF_SERVER else 'Receiver'}"
        return self._response(error.status, self._dumps(body), request_id, headers)

    def _type(self, name: str, *, modelled: bool) -> str:
        if self._version == "1.1":
            return name
        if modelled or self._service.service_name == "sqs":
            service = self._service.service_name
            return f"{_NAMESPACES.get(service, f'com.amazonaws.{service}')}#{name}"
        return f"com.amazon.coral.{'validate' if name == 'ValidationException' else 'service'}#{name}"

    def no_such_operation(self, _: str) -> OperationError:
        """See Conversation."""
        return AwsError("UnknownOperationException", "")

    def _response(self, status: int, body: bytes, request_id: str, more: Mapping[str, str] | None = None) -> Response:
        headers = {**self._headers(request_id, self._content_type), **(more or {})}
        if self._service.service_name in _CHECKSUMMED:
            headers["x-amz-crc32"] = str(crc32(body))
        return Response(status, headers, body)

    def _headers(self, request_id: str, content_type: str) -> dict[str, str | list[str]]:
        return {"x-amzn-RequestId": request_id, "Content-Type": content_type}


FIRST_OF_SERVER = 500  # the first HTTP status that is the service's own fault


def parsed(body: bytes) -> Any:
    """A body's JSON. Raises MalformedError.

    Half of a surrogate pair, as an escape, is a character to AWS's servers, whose services then say what they make of
    it; orjson takes none.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "surrogate" not in error.msg:
            raise MalformedError from error
    try:
        return json.loads(body, parse_constant=_no_constant)
    except ValueError as error:
        raise MalformedError from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def written(value: Any) -> bytes:
    """JSON, of whatever a room may hold: half a character or a number of more than 64 bits is none of orjson's."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, MalformedError) else ""

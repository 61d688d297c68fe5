"""botocore's half of the wire: requests made by its serializers, responses read by its parsers."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse, HeadersDict, create_request_object, prepare_request_dict
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import ResponseParser, RpcV2CBORParser, create_parser
from botocore.serialize import RpcV2CBORSerializer, create_serializer
from botocore.utils import parse_timestamp
from moto.core.botocore_stubber import MockRawResponse

from bus.local.later import Later
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import service_model

OLDER_CBOR = "application/x-amz-cbor-1.1"
_SCOPE = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


class OlderCborSerializer(RpcV2CBORSerializer):
    """As Kinesis' older SDKs write it: the operation in a header, times as whole milliseconds."""

    def _serialize_type_timestamp(self, serialized: Any, value: Any, _: Any, name: Any = None) -> None:
        if name is not None:
            self._serialize_type_string(serialized, name, None)  # type: ignore[attr-defined]  # the stubs lack it
        serialized += b"\xc1\x1b" + round(value.timestamp() * 1000).to_bytes(8)


def older_cbor_parser() -> ResponseParser:
    return RpcV2CBORParser(timestamp_parser=lambda value: parse_timestamp(value / 1000))  # type: ignore[operator,arg-type]  # numbers are timestamps, too


def query_model(service: str) -> ServiceModel:
    """The model of a service as it was when it spoke the query protocol alone: with the names that this needs."""
    known: Any = service_model(service)
    old = json.loads(json.dumps(known._service_description))  # noqa: SLF001 - there is no other way to it
    for reference in _dicts(old):
        name = reference.pop("locationNameForQueryCompatibility", None)
        if name is not None:
            reference["locationName"] = name
    for name, operation in old["operations"].items():
        operation.get("output", {}).setdefault("resultWrapper", f"{name}Result")
    del old["metadata"]["awsQueryCompatible"]
    return ServiceModel(old, service)


def _dicts(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _dicts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _dicts(one)


class Wire:
    """One service, spoken to in one protocol."""

    def __init__(self, service: str, protocol: str) -> None:
        self.service, self.protocol = service, protocol
        plain = service_model(service)
        self._older_query = protocol == "query" and "awsQueryCompatible" in plain.metadata
        self._model = query_model(service) if self._older_query else plain
        if protocol == OLDER_CBOR:
            self._serializer: Any = OlderCborSerializer()
            self._parser: ResponseParser = older_cbor_parser()
        else:
            self._serializer, self._parser = create_serializer(protocol), create_parser(protocol)

    def operation(self, name: str) -> OperationModel:
        return self._model.operation_model(name)

    def request(self, operation: str, params: Mapping[str, Any]) -> Request:
        """The request that botocore would send, but for its signature."""
        model = self.operation(operation)
        made = self._serializer.serialize_to_request(dict(params), model)
        if self.protocol == OLDER_CBOR:
            made["url_path"] = "/"
            made["headers"] = {
                "Content-Type": OLDER_CBOR,
                "X-Amz-Target": f"{model.metadata['targetPrefix']}.{operation}",
            }
        prepare_request_dict(made, endpoint_url="http://127.0.0.1:4566", context={})
        signed_for = model.metadata.get("signingName", model.metadata["endpointPrefix"])
        return plain_request(create_request_object(made).prepare(), authorization=_SCOPE.format(signed_for))

    def parsed(self, operation: str, response: Response) -> dict[str, Any]:
        """What botocore makes of a response, without the metadata."""
        model = self.operation(operation)
        told = {
            "status_code": response.status,
            "headers": HeadersDict(response.headers),
            "body": response.body,
            "context": {"operation_name": operation},
        }
        shape: Any = model.output_shape
        if model.has_streaming_output and response.status < 300:
            found: dict[str, Any] = self._parser.parse({**told, "body": MockRawResponse(response.body)}, shape)
            payload = shape.serialization["payload"]
            found[payload] = found[payload].read()
        else:
            found = self._parser.parse(told, shape)
            if response.status >= 300:
                found |= self._error_members(found, told)
        found.pop("ResponseMetadata")
        return found

    def _error_members(self, found: Mapping[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        code = found["Error"].get("QueryErrorCode", found["Error"]["Code"])
        shape = self._model.shape_for_error_code(code)
        if shape is None:
            return {}
        members: dict[str, Any] = self._parser.parse(told, shape)
        members.pop("ResponseMetadata", None)
        return members


def plain_request(prepared: Any, **more: str) -> Request:
    """A request of botocore's as a server would hand it on."""
    url = urlsplit(prepared.url)
    body = prepared.body.read() if hasattr(prepared.body, "read") else prepared.body or b""
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else str(value)
        for name, value in prepared.headers.items()
    }
    headers = {"host": url.netloc, **headers, **more}
    return Request(prepared.method, url.path, url.query, headers, body.encode() if isinstance(body, str) else body)


def connect(client: Any, answer: Callable[[Request], Later[Response]]) -> Any:
    """Let `answer` take a boto3 client's signed requests, in place of a socket."""

    def send(request: Any, **_: object) -> AWSResponse:
        response = answer(plain_request(request)).result()
        body = b"" if request.method == "HEAD" else response.body
        headers: Any = dict(response.headers)
        return AWSResponse(request.url, response.status, headers, MockRawResponse(body))

    client.meta.events.register_first("before-send.*.*", send)
    return client

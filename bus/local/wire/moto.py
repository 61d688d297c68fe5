"""Requests for the services that moto keeps: moto answers them as they came, in this process."""

from collections.abc import Iterable, Mapping
from functools import cache
from json import JSONDecodeError
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.loaders import create_loader
from botocore.regions import EndpointResolver
from moto.core.models import botocore_stubber

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.stored.kept_by_moto import ask_moto
from bus.local.stored.repeatable import repeatable
from bus.local.wire.chunked import unchunked
from bus.local.wire.compression import inflated
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import service_model
from bus.local.wire.protocols import RpcCbor
from bus.local.wire.routing import Router
from bus.local.wire.services import bucket_in

_NOT_THERE = "Not yet implemented"  # what moto's stubber says of services that it does not have
# S3 API reference, list of error codes.
_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_LENGTH = "content-length"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")  # as curl and urllib say of whatever they send
_router = Router()


def raw(service: str, request: Request, *, region: str) -> Response:
    """Moto's answer to a request for `service`, botocore's name; to be called within `moto.mock_aws()`.

    `region` is that of unsigned requests: of signed ones, the signature says it. Raises OperationError for what cannot
    be read, and UnsupportedOperationError for what moto does not do.
    """
    try:
        request = inflated(request)
        if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return _in_cbor(service, request)
        prepared = _prepared(service, unchunked(request), region)
        with repeatable(service):
            answered = botocore_stubber.process_request(prepared)
    except NotImplementedError as error:
        raise UnsupportedOperationError(f"{service}: {error}") from error
    except ModuleNotFoundError as error:  # some of moto's services need a package of their own
        raise UnsupportedOperationError(f"{service} without the package {error.name}") from error
    except (ExpatError, ParseError) as error:
        raise AwsError("MalformedXML", _MALFORMED) from error
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise AwsError("SerializationException", "") from error
    if answered is None:
        raise UnsupportedOperationError(f"{service}, which moto does not keep,")
    status, headers, body = answered
    if status == 404 and body == _NOT_THERE:  # noqa: PLR2004 - HTTP's own number
        raise UnsupportedOperationError(f"{service}, which moto does not keep,")
    return Response(int(status), _plain(headers, request.method), body.encode() if isinstance(body, str) else body)


def _in_cbor(service: str, request: Request) -> Response:
    """Moto has no CBOR: the call is made in JSON, and its response written in CBOR."""
    route, conversation = _router.route(request), RpcCbor(service_model(service))
    if not route.operation:
        raise conversation.no_such_operation(route.asked)
    model = service_model(service).operation_model(route.operation)
    params = conversation.params(model, request, route.labels)
    response = ask_moto(service, route.operation, params)
    return conversation.answer(model, response, str(uuid4()))


def _prepared(service: str, request: Request, region: str) -> AWSPreparedRequest:
    """The request as an SDK would have sent it to AWS: moto goes by the host, and of S3's by paths."""
    host = _host(service, region)
    path = quote(request.path, safe="%/:@!$&'()*+,;=~-._") or "/"
    bucket = bucket_in(request.headers.get("host", "")) if service == "s3" else None
    if bucket is not None:
        path = f"/{bucket}{path}"
    url = f"https://{host}{path}" + (f"?{request.query}" if request.query else "")
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value
    del headers["host"]
    headers["host"] = host
    if service == "s3" and request.method == "PUT" and request.headers.get("content-type", "").startswith(_FORMS):
        del headers["content-type"]  # or moto would take the object for a form, and keep nothing
    return AWSPreparedRequest(method=request.method, url=url, headers=headers, body=request.body, stream_output=False)


@cache
def _host(service: str, region: str) -> str:
    prefix = service_model(service).metadata["endpointPrefix"]
    found = _endpoints().construct_endpoint(prefix, region)
    return str(found["hostname"]) if found else f"{prefix}.{region}.amazonaws.com"


@cache
def _endpoints() -> EndpointResolver:
    return EndpointResolver(create_loader().load_data("endpoints"))


def _plain(headers: Mapping[str, Any], method: str) -> dict[str, str | list[str]]:
    """Moto's headers; the length of what a HEAD asks about is the only one that the server cannot know."""
    return {
        name: [str(one) for one in value] if _several(value) else str(value)
        for name, value in headers.items()
        if method == "HEAD" or name.lower() != _LENGTH
    }


def _several(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)

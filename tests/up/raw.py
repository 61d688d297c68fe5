"""Requests byte by byte, as no SDK would send them, and the error in an answer."""

import json
from typing import Any
from xml.etree import ElementTree as ET

from bus.local.wire import cbor
from tests.local.wire_server.served import Answered

JSON = "application/x-amz-json-1.1"
CBOR = "application/x-amz-cbor-1.1"
_FORM = "application/x-www-form-urlencoded"
_SCOPE = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def raw(body: bytes, method: str = "POST", path: str = "/", **headers: str) -> bytes:
    """A request as it goes over the wire; names of headers are written with underscores."""
    given = {"host": "127.0.0.1", "content_length": str(len(body))} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


def targeted(target: str, body: bytes, content_type: str = JSON, **headers: str) -> bytes:
    """One of a service that speaks JSON or CBOR."""
    return raw(body, x_amz_target=target, content_type=content_type, **headers)


def signed(service: str, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One of a service that goes by paths: its signature, of whatever worth, names the service."""
    return raw(body, method, path, authorization=_SCOPE.format(service), **headers)


def form(service: str, text: str) -> bytes:
    """One of a service that takes forms."""
    return signed(service, "POST", "/", text.encode(), content_type=_FORM)


def code(answer: Answered) -> str:
    """The error's code, wherever the answer's protocol has it."""
    kind = answer.headers["content-type"]
    if "xml" in kind:
        tree = ET.fromstring(answer.body)  # noqa: S314 - the platform's own answer
        return str(next(node.text for node in tree.iter() if node.tag.rpartition("}")[2] == "Code"))
    if kind == "application/json":
        return answer.headers["x-amzn-errortype"]
    told: Any = cbor.loads(answer.body) if "cbor" in kind else json.loads(answer.body)
    return str(told["__type"]).rpartition("#")[2]

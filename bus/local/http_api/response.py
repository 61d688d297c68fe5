"""What a client gets, and how a function's result becomes it."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

_STATUSES = range(200, 600)  # of answers: below are HTTP's own, such as 100 Continue
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


@dataclass(frozen=True)
class HttpResponse:
    """The answer to an HTTP request; header names are in lower case, `cookies` are Set-Cookie values.

    `request_id` is that of the request, which clients get as `apigw-requestid`.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()
    request_id: str = ""

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    def json(self) -> Any:
        """The body, parsed."""
        return orjson.loads(self.body)


def refusal(status: int, message: str, **headers: str) -> HttpResponse:
    """API Gateway's own answer, without a function's: {"message": …}."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {"content-type": "application/json", **named}, orjson.dumps({"message": message}))


def failure() -> HttpResponse:
    """The answer when the function failed, or its result is no response."""
    return refusal(500, "Internal Server Error")


def from_function(payload: bytes) -> HttpResponse:
    """A function's result in payload format 2.0, as the client gets it.

    A result without `statusCode` is the body of a 200 in JSON; one that is malformed becomes a 500
    (API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs").
    """
    result = orjson.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpResponse(200, {"content-type": "application/json"}, payload)
    try:
        return _formatted(result)
    except (TypeError, ValueError, binascii.Error):
        return failure()


def _formatted(result: Mapping[str, Any]) -> HttpResponse:
    headers = {_name(name): _text(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=UTF-8")
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise TypeError(body)
    encoded = result.get("isBase64Encoded", False)
    return HttpResponse(
        _status(result["statusCode"]),
        headers,
        base64.b64decode(body, validate=True) if encoded else body.encode(),
        tuple(map(_text, result.get("cookies") or ())),
    )


def _name(text: str) -> str:
    if _NAME.fullmatch(text) is None:
        raise ValueError(text)
    return text.lower()


def _status(value: str | int) -> int:
    status = int(value)
    if status not in _STATUSES:
        raise ValueError(value)
    return status


def _text(value: object) -> str:
    """A header's value; one that would end the header early is none."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    if "\r" in text or "\n" in text:
        raise ValueError(value)
    return text

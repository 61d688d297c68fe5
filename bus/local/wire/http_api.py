"""An HTTP API at an address of its own: HTTP in, API Gateway's way with it, HTTP out."""

import logging
from collections.abc import Callable
from functools import partial

from bus.local.http_api import MOST_BYTES, SOURCE_IP, HttpRequest, HttpResponse, failure, refusal
from bus.local.later import Later
from bus.local.wire.messages import Request, Response

_LOG = logging.getLogger(__name__)

# RFC 9110, 7.6.1, and what the server has done with its part of the connection by now.
_HOP_BY_HOP = frozenset(
    {"connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


class HttpApiAnswerer:
    """Answers for the API `api_id`, by way of `begin`, which is asked with it and the request."""

    def __init__(self, begin: Callable[[str, HttpRequest], Later[HttpResponse]], api_id: str) -> None:
        self._begin, self._api_id = begin, api_id

    def answer(self, request: Request) -> Later[Response]:
        """The answer to a client; an internal server error when `begin` fails, which is logged."""
        if len(request.body) > MOST_BYTES:  # a plane that keeps a journal need not write that down
            return Later.of(_response(refusal(413, "Request Entity Too Large")))
        asked = self._begin(self._api_id, _received(request))
        if asked.done:
            return Later.of(_told(asked))
        answer = Later[Response]()
        asked.then(partial(_pass_on, answer))
        answer.abandon = partial(_abandon, asked)
        return answer


def _received(request: Request) -> HttpRequest:
    """What API Gateway makes of the request: cookies apart, and who was asked as the last proxy would say it."""
    headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    cookies = headers.pop("cookie", "")
    _, _, port = headers.get("host", "").rpartition(":")
    headers |= {"x-forwarded-proto": "http", "x-forwarded-port": port if port.isdecimal() else "80"}
    if "x-forwarded-for" in headers:
        headers["x-forwarded-for"] += f", {SOURCE_IP}"
    return HttpRequest(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=headers,
        cookies=tuple(part.strip() for part in cookies.split(";") if part.strip()),
        body=request.body,
    )


def _told(asked: Later[HttpResponse]) -> Response:
    try:
        response = asked.result()
    except Exception:  # noqa: BLE001 - whatever failed behind the API, its client gets API Gateway's answer
        _LOG.exception("a request to an HTTP API could not be answered")
        response = failure()
    return _response(response)


def _response(response: HttpResponse) -> Response:
    headers: dict[str, str | list[str]] = dict(response.headers)
    own = headers.pop("set-cookie", [])
    cookies = [*([own] if isinstance(own, str) else own), *response.cookies]
    if cookies:
        headers["set-cookie"] = cookies
    if response.request_id:
        headers["apigw-requestid"] = response.request_id
    return Response(response.status, headers, response.body)


def _pass_on(answer: Later[Response], asked: Later[HttpResponse]) -> None:
    answer.settle(_told(asked))


def _abandon(asked: Later[HttpResponse]) -> None:
    if asked.abandon is not None:
        abandon, asked.abandon = asked.abandon, None
        abandon()

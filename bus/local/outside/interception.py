"""Answers urllib3's requests in process."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from urllib3 import HTTPResponse, Retry, Timeout
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from bus.local.outside.records import Answer

Send = Callable[[str, str, dict[str, str], bytes], Answer | None]
_PORTS = {"http": 80, "https": 443}


@contextmanager
def intercepting(send: Send) -> Iterator[None]:
    """Within the block, every HTTPConnectionPool hands its requests to `send` and opens no connection.

    `send` is given the method, the URL, the headers (names in lower case) and the body; None from it
    is an unknown host. An answer that takes its time takes the caller's, up to the caller's timeout. Retries
    happen as urllib3 does them, without waiting between.
    """

    def urlopen(pool: HTTPConnectionPool, method: str, url: str, *args: Any, **options: Any) -> HTTPResponse:
        body, headers = _positional(args, options)
        names = {str(name).lower(): str(value) for name, value in (headers or pool.headers).items()}
        whole, content = _absolute(pool, url), _content(body)
        return _answered(pool, method, url, options, lambda: send(method, whole, names, content))

    original = HTTPConnectionPool.urlopen
    HTTPConnectionPool.urlopen = urlopen  # type: ignore[assignment,method-assign] # the point of this module
    try:
        yield
    finally:
        HTTPConnectionPool.urlopen = original  # type: ignore[method-assign] # as above


def _answered(
    pool: HTTPConnectionPool, method: str, url: str, options: dict[str, Any], ask: Callable[[], Answer | None]
) -> HTTPResponse:
    """Ask as often as urllib3 would."""
    retries = Retry.from_int(options.get("retries"), redirect=options.get("redirect", True), default=pool.retries)
    while True:
        answer = ask()
        if answer is None:
            raise _unreachable(pool, url, retries)
        if (limit := _waited(answer, options.get("timeout", pool.timeout))) is not None:
            late = ReadTimeoutError(pool, url, f"Read timed out. (read timeout={limit})")
            retries = retries.increment(method, url, error=late, _pool=pool)
            continue
        response = _response(answer, method, _absolute(pool, url), options)
        if not retries.is_retry(method, answer.status, "retry-after" in response.headers):
            return response
        try:
            retries = retries.increment(method, url, response=response, _pool=pool)
        except MaxRetryError:
            if retries.raise_on_status:
                raise
            return response


def _positional(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, Any]:
    """The body and headers of `urlopen(method, url, body, headers, …)`, however they were given."""
    body, headers, *_ = (*args, None, None)
    return options.get("body", body), options.get("headers", headers)


def _absolute(pool: HTTPConnectionPool, url: str) -> str:
    scheme = pool.scheme or "http"
    port = "" if pool.port in (None, _PORTS[scheme]) else f":{pool.port}"
    return f"{scheme}://{pool.host}{port}{url}"


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if hasattr(body, "read"):
        return _content(body.read())
    return b"".join(_content(part) for part in body)


def _unreachable(pool: HTTPConnectionPool, url: str, retries: Retry) -> Exception:
    error = NewConnectionError(HTTPConnection(pool.host, pool.port), "Name or service not known")
    return error if retries.total is False else MaxRetryError(pool, url, error)


def _waited(answer: Answer, given: Any) -> float | None:
    """Waits for the answer; the caller's limit in seconds when that comes first."""
    timeout = given if isinstance(given, Timeout) else Timeout.from_float(given)
    # The limit on everything counts from connecting, which takes no time here.
    limit = timeout.total if isinstance(timeout.total, int | float) else timeout.read_timeout
    late = limit is not None and answer.seconds > limit
    if waits := limit if late else answer.seconds:
        time.sleep(waits)
    return limit if late else None


def _response(answer: Answer, method: str, url: str, options: dict[str, Any]) -> HTTPResponse:
    return HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=dict(answer.headers),
        status=answer.status,
        preload_content=options.get("preload_content", True),
        decode_content=options.get("decode_content", True),
        request_method=method,
        request_url=url,
    )

"""The Lambda Runtime API (Lambda developer guide, "Using the Lambda runtime API for custom runtimes")."""

import json
from typing import Any, Protocol

from bus.local.functions.function import LARGEST_ANSWER
from bus.local.later import Later
from bus.local.wire.messages import Request, Response
from bus.local.world import Work

_ROOT = "/2018-06-01/runtime/"
_JSON = {"Content-Type": "application/json"}
_ACCEPTED = Response(202, _JSON, b'{"status":"OK"}\n')


class UnknownRequestError(Exception):
    """The runtime answers an invocation that is not under way."""


class Runtime(Protocol):
    """An execution environment, as its own process speaks to it."""

    def next(self) -> Later[Response]:
        """The process is ready for an invocation."""

    def answer(self, request_id: str, payload: bytes, *, failed: bool) -> None:
        """What the handler returned or raised. Raises UnknownRequestError."""

    def init_failed(self, payload: bytes) -> None:
        """The handler could not be loaded; the process ends itself."""


class RuntimeApi:
    """Answers one process's requests."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __call__(self, request: Request) -> Later[Response]:
        if not request.path.startswith(_ROOT):
            return Later.of(_refused(404, "NotFound", request.path))
        match request.method, request.path.removeprefix(_ROOT).split("/"):
            case "GET", ["invocation", "next"]:
                return self._runtime.next()
            case "POST", ["invocation", request_id, "response"]:
                return Later.of(self._answered(request_id, request.body, failed=False))
            case "POST", ["invocation", request_id, "error"]:
                return Later.of(self._answered(request_id, request.body, failed=True))
            case "POST", ["init", "error"]:
                self._runtime.init_failed(request.body)
                return Later.of(_ACCEPTED)
        return Later.of(_refused(404, "NotFound", request.path))

    def _answered(self, request_id: str, payload: bytes, *, failed: bool) -> Response:
        try:
            self._runtime.answer(request_id, payload, failed=failed)
        except UnknownRequestError:
            return _refused(400, "InvalidRequestID", "Invalid request ID")
        if len(payload) > LARGEST_ANSWER:
            message = f"Exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            return _refused(413, "RequestEntityTooLarge", message)
        return _ACCEPTED


def invocation(work: Work, deadline: float) -> Response:
    """The next invocation; `deadline` in epoch seconds is when the process is killed."""
    headers: dict[str, Any] = {
        **_JSON,
        "Lambda-Runtime-Aws-Request-Id": work.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": work.arn,
    }
    if work.trace_header:
        headers["Lambda-Runtime-Trace-Id"] = work.trace_header
    if work.client_context is not None:
        headers["Lambda-Runtime-Client-Context"] = json.dumps(work.client_context)
    return Response(200, headers, work.payload)


def _refused(status: int, kind: str, message: str) -> Response:
    return Response(status, _JSON, json.dumps({"errorMessage": message, "errorType": kind}).encode())

"""A function's error as Lambda answers it."""

import json
import traceback
from typing import Any

from bus.local.functions.package import TASK_ROOT


def error_payload(
    error: BaseException, request_id: str, frames_above: int = 1, folder: str | None = None
) -> dict[str, Any]:
    """The error of a handler: type, message and stack without the runtime's own `frames_above` (awslambdaric).

    Files of the `folder` that a package was unpacked into are said to be where Lambda has them.
    """
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[frames_above:])
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": [frame.replace(folder, TASK_ROOT) for frame in frames] if folder else frames,
    }


def import_error(module: str, error: Exception) -> dict[str, Any]:
    """Why the handler's module could not be loaded, as the runtime puts it."""
    if isinstance(error, ImportError):
        return runtime_error("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}", "")
    if isinstance(error, SyntaxError):
        return runtime_error("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", "")
    return error_payload(error, "")


def runtime_error(kind: str, message: str, request_id: str) -> dict[str, Any]:
    """An error of the runtime rather than the handler, such as "Runtime.ImportModuleError"."""
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": []}


def timed_out(timeout: float, request_id: str) -> dict[str, Any]:
    """What Lambda answers for a function that it killed at its timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
    return {"errorType": "Sandbox.Timedout", "errorMessage": message}


def exited(code: object, request_id: str) -> dict[str, Any]:
    """What Lambda answers for a function that ended its own process (`sys.exit`)."""
    if code in {None, 0}:
        message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    else:
        status = code if isinstance(code, int) else 1
        message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {status}"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


def as_logged(payload: dict[str, Any]) -> str:
    """The lines that the runtime logs for an error."""
    stack = "".join(payload.get("stackTrace", ()))
    head = f"[ERROR] {payload['errorType']}: {payload['errorMessage']}\n"
    return head + (f"Traceback (most recent call last):\n{stack}" if stack else "")


def encode(answer: object) -> bytes:
    """A handler's answer as the runtime sends it. Raises TypeError or ValueError for what JSON cannot hold."""
    return json.dumps(answer, separators=(",", ":"), default=_decimal, ensure_ascii=False, allow_nan=True).encode()


def _decimal(value: object) -> float:
    from decimal import Decimal  # noqa: PLC0415 - rare, and here only

    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

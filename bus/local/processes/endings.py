"""What Lambda answers and logs when a process ended instead of answering."""

import os
import signal
from typing import Any

from bus.local.functions.failures import exited, runtime_error
from bus.local.functions.function import LARGEST_ANSWER

# As Go, which Lambda's supervisor is written in, names signals (syscall.Signal.String, on Linux).
_SIGNALS = {
    signal.SIGABRT: "aborted",
    signal.SIGALRM: "alarm clock",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
    signal.SIGTRAP: "trace/breakpoint trap",
}


def process_ended(status: int, request_id: str) -> dict[str, Any]:
    """The answer for a process that ended with the wait status `status` (`os.wait`)."""
    if not os.WIFSIGNALED(status):
        return exited(os.WEXITSTATUS(status), request_id)
    number = os.WTERMSIG(status)
    name = _SIGNALS.get(signal.Signals(number), f"signal {number}") if number in _SIGNALS else f"signal {number}"
    core = " (core dumped)" if os.WCOREDUMP(status) else ""
    message = f"RequestId: {request_id} Error: Runtime exited with error: signal: {name}{core}"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


def logged_ending(payload: dict[str, Any], request_id: str) -> list[str]:
    """The lines that Lambda logs for such an answer."""
    message, kind = payload["errorMessage"], payload["errorType"]
    if kind == "Sandbox.Timedout":
        return [message.replace(f"RequestId: {request_id} Error:", request_id)]
    return [message, kind]


def too_large(request_id: str) -> dict[str, Any]:
    """The answer for a handler that returned more than Lambda passes on."""
    message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
    return runtime_error("Function.ResponseSizeTooLarge", message, request_id)

"""A line of a function's log for people."""

import json
from typing import Any

# What Lambda writes of each invocation; the hops tell of them.
_LAMBDAS = ("START ", "END ", "REPORT ", "INIT_START ", "INIT_REPORT ")
_BAD = {"ERROR", "CRITICAL", "FATAL"}
# What every line of the Powertools logger has, and nobody asked for here.
_USUAL = frozenset(
    {
        "level",
        "message",
        "timestamp",
        "service",
        "location",
        "cold_start",
        "function_arn",
        "function_memory_size",
        "function_name",
        "function_request_id",
        "xray_trace_id",
        "sampling_rate",
        "exception",
        "exception_name",
        "stack_trace",
    }
)


def readable(line: str) -> tuple[str, str] | None:
    """The line's text and its colour; None for what only says that an invocation began or ended.

    Of a line of JSON with a message, the level, the message, what else it has, and an exception below.
    """
    line = line.rstrip("\n")
    if not line.strip() or line.startswith(_LAMBDAS):
        return None
    found = _structured(line)
    if found is None:
        return line, "bad" if line.startswith("[ERROR]") else "faint"
    if "_aws" in found:  # figures for CloudWatch, in its embedded metric format
        return None
    level = str(found.get("level", "INFO"))
    more = "  ".join(f"{name}={_value(value)}" for name, value in found.items() if name not in _USUAL)
    text = f"{level} {_value(found['message'])}" + (f"  {more}" if more else "")
    if found.get("exception"):
        text += f"\n{found['exception']}"
    return text, "bad" if level in _BAD else "waiting" if level == "WARNING" else "faint"


def _structured(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and ("message" in found or "_aws" in found) else None


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Why a function failed, read from its log."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

_ERROR = re.compile(r"\[ERROR\] (?P<error>\S.*)")  # Lambda's runtime, for an error that escaped
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)')
_VARYING = re.compile(r"RequestId: \S+ (?:Error: )?| \(event [^)]*\)")  # another each time, of one and the same failure
_OURS = (re.compile(r".*/(services/.+)"), re.compile(r".*/(bus/.+)"))


def failures_in(log: Sequence[str]) -> Counter[str]:
    """How often it failed in which way: "AttributeError at services/loyalty/handlers.py:14".

    Knows the lines of Lambda's runtime and those of the SDK's consumer.
    """
    return Counter(failure for number, line in enumerate(log) if (failure := _failure(line, log, number)))


def _failure(line: str, log: Sequence[str], number: int) -> str:
    if escaped := _ERROR.match(line):
        frames = [f"{frame['file']}:{frame['line']}" for frame in _stack(log, number + 1)]
        return _VARYING.sub("", escaped["error"]) + _place(frames)
    said = _consumer_line(line)
    return said["error"] + _problem(said) + _place(_places(said)) if said else ""


def _stack(log: Sequence[str], start: int) -> Iterator[re.Match[str]]:
    for line in log[start:]:
        if line.startswith(("[", "{")):
            return
        if frame := _FRAME.match(line):
            yield frame


def _consumer_line(line: str) -> dict[str, Any] | None:
    if '"an event failed"' not in line:
        return None
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "error" in said else None


def _problem(said: dict[str, Any]) -> str:
    return ": " + _VARYING.sub("", said["problem"]) if "problem" in said else ""


def _places(said: dict[str, Any]) -> list[str]:
    return [place.partition(" ")[0] for place in said.get("trace", ())]


def _place(frames: Sequence[str]) -> str:
    """The innermost frame of a service, else of the SDK, else of whatever there is."""
    own = [frame for frame in frames if "site-packages" not in frame]
    for part in _OURS:
        if found := [ours[1] for frame in own if (ours := part.match(frame))]:
            return f" at {found[-1]}"
    return f" at {frames[-1]}" if frames else ""

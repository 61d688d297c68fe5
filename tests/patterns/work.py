"""How much work a call is, counted: lines run and functions called, the same on every machine."""

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

# What a match may cost for each character of the event and each field of the pattern's branches.
MOST_PER_PART = 5
AT_ANY_RATE = 500


class RunawayError(AssertionError):
    """A call was stopped, for it took more steps than it may."""


def steps(call: Callable[[], object], most: int) -> int:
    """The lines that `call` runs and the functions that it calls, C's included. What C does within one is not seen.

    Raises RunawayError as soon as there are more than `most`.
    """
    count = 0

    def on_line(_frame: FrameType, _event: str, _argument: object) -> Any:
        nonlocal count
        count += 1
        if count > most:
            raise RunawayError(f"more than {most:,} steps")
        return on_line

    def on_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    tracing, profiling = sys.gettrace(), sys.getprofile()
    sys.settrace(on_line)
    sys.setprofile(on_call)
    try:
        call()
    finally:
        sys.setprofile(profiling)
        sys.settrace(tracing)
    return count


def parts(pattern: dict[str, Any], event: Any) -> int:
    """The characters of an event, once for each field of each branch of a pattern: what a match may take time for."""
    return fields(pattern) * len(event if isinstance(event, bytes) else json.dumps(event))


def fields(pattern: dict[str, Any]) -> int:
    """The fields of all of a pattern's branches."""
    return _branches_and_fields(pattern)[1]


def _branches_and_fields(tree: dict[str, Any]) -> tuple[int, int]:
    branches, found = 1, 0
    for key, value in tree.items():
        if key == "$or":
            choices = [_branches_and_fields(choice) for choice in value]
            more, within = sum(each for each, _ in choices), sum(each for _, each in choices)
        else:
            more, within = _branches_and_fields(value) if isinstance(value, dict) else (1, 1)
        branches, found = branches * more, found * more + within * branches
    return branches, found

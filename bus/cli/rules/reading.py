"""Patterns and events, from files or standard input."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from bus.cli.rules.errors import UnusableError
from bus.local.polling.record import Record
from bus.patterns import EVENT_SOURCE_MAPPING, PIPES, SNS_ATTRIBUTES, Dialect, filterable
from bus.patterns.wording import value_text

STDIN = "-"


def read_text(name: str) -> str:
    """The text of a file, or of standard input for "-". Raises UnusableError."""
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UnusableError(f"{_shown(name)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnusableError(f"{_shown(name)} is not UTF-8: byte {error.start} is wrong") from error


def read_events(name: str, dialect: Dialect) -> list[Mapping[str, Any]]:
    """The events of a file: one, an array of them, or one after another. Raises UnusableError."""
    values = list(_values(name, read_text(name)))
    events = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if not events:
        raise UnusableError(f"{_shown(name)} holds no event")
    for number, event in enumerate(events, 1):
        if not isinstance(event, dict):
            which = f"event {number} of {_shown(name)}" if len(events) > 1 else _shown(name)
            raise UnusableError(f"{which} is {value_text(event)}; an event is a JSON object")
    return [_as_filtered(event, dialect) for event in events]


def _values(name: str, text: str) -> Iterator[Any]:
    """The JSON values of a text, one behind the other."""
    decoder, position = json.JSONDecoder(parse_constant=_refuse_constant), 0
    try:
        while (position := _next(text, position)) < len(text):
            value, position = decoder.raw_decode(text, position)
            yield value
    except json.JSONDecodeError as error:
        raise UnusableError(f"{_shown(name)}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UnusableError(f"{_shown(name)} is not JSON that can be read: {why}") from error


def _next(text: str, position: int) -> int:
    """Where the next value begins."""
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _as_filtered(event: dict[str, Any], dialect: Dialect) -> Mapping[str, Any]:
    """What a filter sees of a message's attributes as they are published, and of a record as it is polled."""
    if dialect == SNS_ATTRIBUTES and all(map(_is_attribute, event.values())):
        return filterable({name: {"StringValue": "", **attribute} for name, attribute in event.items()})
    if dialect not in (PIPES, EVENT_SOURCE_MAPPING):
        return event
    try:
        return Record(identifier="", event_id=None, arrived=0, attempt=1, data=event).filtered_on
    except (TypeError, ValueError):  # its body or data is no text in Base64: it is as the filter sees it
        return event


def _is_attribute(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("DataType"), str)


def _shown(name: str) -> str:
    return "standard input" if name == STDIN else name

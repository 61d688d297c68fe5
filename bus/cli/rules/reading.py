"""Patterns and events, from files or standard input."""

import json
import sys
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

from bus.cli.rules.errors import UnusableError
from bus.local.polling.record import Record
from bus.patterns import EVENT_SOURCE_MAPPING, PIPES, SNS_ATTRIBUTES, Dialect, InvalidEventError, filterable
from bus.patterns.wording import exact_text, value_text

STDIN = "-"


def is_json(word: str) -> bool:
    """Whether the word is no name, but itself what is meant."""
    return word.lstrip().startswith(("{", "["))


def named(word: str, what: str) -> str:
    """How errors call what the word means; `what` is it where the word is JSON."""
    if is_json(word):
        return what
    return "standard input" if word == STDIN else word


def read_text(word: str) -> str:
    """JSON that the word is, or the text of a file, or of standard input for "-". Raises UnusableError."""
    if is_json(word):
        return word
    try:
        content = sys.stdin.buffer.read() if word == STDIN else Path(word).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UnusableError(f"{named(word, word)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnusableError(f"{named(word, word)} is not UTF-8: byte {error.start} is wrong") from error


def read_events(word: str, dialect: Dialect) -> Iterator[Mapping[str, Any]]:
    """The events of a file, or of the word itself: one, an array of them, or one after another.

    They are parsed one by one, as they are asked for. Raises UnusableError where it comes to what is none.
    """
    name = named(word, "the event")
    values = _values(name, read_text(word))
    first = list(islice(values, 2))
    if len(first) == 1 and isinstance(first[0], list):
        first, values = first[0], iter(())
    if not first:
        raise UnusableError(f"{name} holds no event")
    for number, event in enumerate(chain(first, values), 1):
        which = f"event {number} of {name}" if len(first) > 1 else name
        if not isinstance(event, dict):
            raise UnusableError(f"{which} is {value_text(event)}; an event is a JSON object")
        yield _as_filtered(event, dialect, which)


def _values(name: str, text: str) -> Iterator[Any]:
    """The JSON values of a text, one behind the other."""
    decoder, position = json.JSONDecoder(parse_constant=_refuse_constant), 0
    try:
        while (position := _next(text, position)) < len(text):
            value, position = decoder.raw_decode(text, position)
            yield value
    except json.JSONDecodeError as error:
        raise UnusableError(f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UnusableError(f"{name} is not JSON that can be read: {why}") from error


def _next(text: str, position: int) -> int:
    """Where the next value begins."""
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _as_filtered(event: dict[str, Any], dialect: Dialect, which: str) -> Mapping[str, Any]:
    """What a filter sees of a message's attributes as they are published, and of a record as it is polled."""
    if dialect == SNS_ATTRIBUTES and all(map(_is_attribute, event.values())):
        return _attributes(event, which)
    if dialect not in (PIPES, EVENT_SOURCE_MAPPING):
        return event
    try:
        return Record(identifier="", event_id=None, arrived=0, attempt=1, data=event).filtered_on
    except (TypeError, ValueError, RecursionError):  # its body or data is no text in Base64: it is as filters see it
        return event


def _is_attribute(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("DataType"), str)


def _attributes(event: dict[str, Any], which: str) -> Mapping[str, Any]:
    try:
        seen = filterable(event)
    except InvalidEventError as error:
        raise UnusableError(f"{which} is {error.reason}") from error
    for name, attribute in event.items():
        if name not in seen and attribute["DataType"].partition(".")[0] == "Number":
            what = f"{exact_text(name)} is a Number, which {value_text(attribute['StringValue'])} is not"
            raise UnusableError(f"{which} could not be published: {what}")
    return seen

"""InputTemplate: what a pipe makes of each event before its enrichment or target."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bus.local.event_paths import parse_path
from bus.local.json_texts import read
from bus.local.pipes.errors import invalid
from bus.local.pipes.event import PipeEvent
from bus.transformation.jsonpath import MISSING
from bus.transformation.template import as_text, split, written

Template = Callable[[PipeEvent], str]
Reader = Callable[[PipeEvent], Any]
_VARIABLE = re.compile(r"<(\$[^<>]*|aws\.pipes\.[\w.\-]+)>")


def compile_template(template: str, variables: Mapping[str, Reader]) -> Template:
    """How an event becomes text; without a template, as it is. Raises AwsError for a variable that is none.

    `variables` are the reserved ones by name, such as "aws.pipes.pipe-name". EventBridge user guide, "Amazon
    EventBridge Pipes input transformation".
    """
    if not template:
        return lambda event: event.text
    whole = _VARIABLE.fullmatch(template.strip())
    if whole is not None:
        read = _reader(whole[1], variables)
        keep = whole[1].startswith("aws.")
        return lambda event: _alone(read(event), keep=keep)
    writers = [
        _constant(piece) if isinstance(piece, str) else _variable(_reader(piece.name, variables), quoted=piece.quoted)
        for piece in split(template, _VARIABLE)
    ]
    return lambda event: "".join(write(event) for write in writers)


def _reader(name: str, variables: Mapping[str, Reader]) -> Reader:
    if name.startswith("$"):
        steps = parse_path(name)
        return lambda event: event.at(steps)
    if name not in variables:
        raise invalid(f"InputTemplate names <{name}>, which is no variable of pipes.")
    return variables[name]


def _constant(text: str) -> Template:
    return lambda _: text


def _variable(read: Reader, *, quoted: bool) -> Template:
    return lambda event: written(read(event), quoted=quoted)


def _alone(value: Any, *, keep: bool) -> str:
    """A template that is one path: text arrives as it is, JSON without its quotes and inside a string.

    "`{"key": "value"}` will become `"{key: value}"` when delivered to the target"; whoever wants JSON puts the path
    under a key (user guide, "Implicit body data parsing"). `keep` is for the reserved variables, of which this is not
    said.
    """
    if value is MISSING:
        return ""
    if keep or not isinstance(value, dict | list):
        return as_text(value)
    return f'"{as_text(value).replace(chr(34), "")}"'


def json_or_text(text: str) -> Any:
    """What a filled template is: JSON, else a text."""
    try:
        return read(text)
    except ValueError:
        return text

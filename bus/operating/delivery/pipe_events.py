"""Stream records as a pipe passes them on, and what its templates and paths make of them.

EventBridge user guide, "Amazon EventBridge Pipes input transformation" and "… event enrichment".
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.operating.errors import RefusedError
from bus.transformation.jsonpath import MISSING, find, parse_path
from bus.transformation.template import as_text, split, written

_VARIABLE = re.compile(r"<(\$[^<>]*|aws\.pipes\.[\w.\-]+)>")
_PATH = re.compile(r"\$(\.[\w/_-]+(\[(\d+|\*)\])*)+")  # as the API writes it; anything else is a constant


@dataclass(frozen=True)
class PipeEvent:
    """`value` is what is passed on, `readable` what paths see of it: Kinesis data is read as JSON."""

    value: Any
    readable: Any

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "PipeEvent":
        """Of a record in Lambda's shape, of which a pipe flattens Kinesis's."""
        inner = record.get("kinesis")
        if inner is None:
            return cls(record, record)
        flat = {**inner, **{name: value for name, value in record.items() if name != "kinesis"}}
        try:
            data = json.loads(base64.b64decode(inner["data"]))
        except ValueError:
            data = None
        return cls(flat, {**flat, "data": data} if isinstance(data, dict | list) else flat)

    @classmethod
    def of_answer(cls, value: Any) -> "PipeEvent":
        """As an enrichment returned it."""
        return cls(value, value)


@dataclass(frozen=True)
class Templates:
    """Fills the templates of one pipe, as DescribePipe has it."""

    pipe: Mapping[str, Any]

    def fill(self, template: str | None, event: PipeEvent) -> str:
        """The text that a template makes of an event; without one, the event as it is."""
        if not template:
            return as_text(event.value)
        whole = _VARIABLE.fullmatch(template.strip())
        if whole is not None:
            return _alone(self._value(whole[1], event), keep=whole[1].startswith("aws."))
        return "".join(
            piece if isinstance(piece, str) else written(self._value(piece.name, event), quoted=piece.quoted)
            for piece in split(template, _VARIABLE)
        )

    def _value(self, name: str, event: PipeEvent) -> Any:
        if name.startswith("$"):
            return find(event.readable, parse_path(name))
        members = {
            "pipe-arn": "Arn",
            "pipe-name": "Name",
            "source-arn": "Source",
            "enrichment-arn": "Enrichment",
            "target-arn": "Target",
        }
        variable = name.removeprefix("aws.pipes.")
        known = {"event": event.value, "event.json": event.readable}
        if variable in known:
            return known[variable]
        if variable in members:
            return self.pipe.get(members[variable], "")
        raise RefusedError(f"its template names <{name}>, which is known only while the pipe runs")


def parameters(given: Mapping[str, Any], event: PipeEvent) -> dict[str, Any]:
    """A target's parameters, those that are paths taken from the event. Raises RefusedError where nothing lies."""
    return {name: _parameter(name, value, event) for name, value in given.items()}


def _parameter(name: str, value: Any, event: PipeEvent) -> Any:
    if isinstance(value, list):
        return [_parameter(name, each, event) for each in value]
    if not isinstance(value, str) or _PATH.fullmatch(value) is None:
        return value
    found = find(event.readable, parse_path(value))
    if found is MISSING or found is None:
        raise RefusedError(f"{name}: nothing at {value}")
    return as_text(found)


def _alone(value: Any, *, keep: bool) -> str:
    """A template that is one path: text arrives as it is, JSON without its quotes and inside a string ("Implicit body
    data parsing"). `keep` is for the reserved variables, of which this is not said.
    """
    if value is MISSING:
        return ""
    if keep or not isinstance(value, dict | list):
        return as_text(value)
    return f'"{as_text(value).replace(chr(34), "")}"'

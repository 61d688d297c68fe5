"""What a part of a template refers to: the edges of the graph of its resources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bus.topology.document import Place

VARIABLE = re.compile(r"\$\{([^!${}][^{}]*)\}")
"""`${Name}` and `${Name.Attribute}` in Fn::Sub; `${!Literal}` is none."""

PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)


@dataclass(frozen=True, slots=True)
class Reference:
    """`function` (Ref, Fn::GetAtt, Fn::Sub) at `place` names `name`: a resource, a parameter or a pseudo parameter.

    `attribute` is None where the value of Ref is meant.
    """

    name: str
    attribute: str | None
    function: str
    place: Place


def references(value: Any, place: Place = ()) -> Iterator[Reference]:
    """Every reference within `value`, in the order of the template."""
    if isinstance(value, dict):
        if len(value) == 1:
            yield from _of_function(value, place)
        for key, below in value.items():
            yield from references(below, (*place, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from references(below, (*place, index))


def _of_function(value: dict[str, Any], place: Place) -> Iterator[Reference]:
    match value:
        case {"Ref": str(name)}:
            yield Reference(name, None, "Ref", place)
        case {"Fn::GetAtt": [str(name), *attribute]}:
            yield Reference(name, ".".join(map(str, attribute)), "Fn::GetAtt", place)
        case {"Fn::GetAtt": str(dotted)}:
            yield _dotted(dotted, "Fn::GetAtt", place)
        case {"Fn::Sub": str(text)}:
            yield from _of_text(text, {}, place)
        case {"Fn::Sub": [str(text), dict(own)]}:
            yield from _of_text(text, own, place)


def _of_text(text: str, own: dict[str, Any], place: Place) -> Iterator[Reference]:
    for variable in VARIABLE.findall(text):
        if variable.strip() not in own:
            yield _dotted(variable.strip(), "Fn::Sub", place)


def _dotted(text: str, function: str, place: Place) -> Reference:
    name, dot, attribute = text.partition(".")
    return Reference(name, attribute if dot else None, function, place)

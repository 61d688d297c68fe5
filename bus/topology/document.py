"""A template's text as plain data, with the line that every part of it stands on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bus.topology.errors import NotWellFormedError, TopologyError

Place = tuple[str | int, ...]
"""Where in a template: ("Resources", "Table", "Properties", "KeySchema", 0)."""

_YAML = "tag:yaml.org,2002:"
_MERGE = f"{_YAML}merge"
_FUNCTIONS = frozenset(
    {
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
    }
)
_PLAIN = frozenset({"Condition", "Ref"})
_scalars = yaml.constructor.SafeConstructor()


@dataclass(frozen=True)
class Document:
    """The content of a template, its functions in their long form ({"Fn::Sub": …})."""

    name: str
    text: str
    content: dict[str, Any]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that the text has."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(name: str, text: str) -> Document:
    """Read YAML with CloudFormation's short tags, or JSON. Raises TopologyError."""
    is_json = os.path.splitext(name)[1] == ".json" or text.lstrip().startswith("{")  # noqa: PTH122 - a name, not a path
    # YAML, which reads JSON otherwise, has no tabs.
    readable = text.replace("\t", " ") if is_json else text
    try:
        root = yaml.compose(readable, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise NotWellFormedError(name, line, column, str(what)) from error
    if not isinstance(root, yaml.MappingNode):
        raise TopologyError(name, 1, "", "a template is a mapping with a section Resources")
    reader = _Reader(name)
    return Document(name, text, reader.value(root, ()), reader.lines)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:
            raise self._error(node, "CloudFormation reads no YAML aliases; write the value out")
        self._seen.add(id(node))
        if node.tag.startswith("!"):
            return self._function(node, place)
        return self._plain(node, place)

    def _plain(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag == f"{_YAML}null":
            raise self._error(node, "CloudFormation takes no null values; leave the key out or use AWS::NoValue")
        if node.tag in (f"{_YAML}timestamp", f"{_YAML}str"):  # to CloudFormation a date is a string
            return node.value
        return _scalars.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                raise self._error(key_node, "CloudFormation reads no YAML merges; write the keys out")
            key = str(key_node.value)
            if key in found:
                raise self._error(key_node, f"the key {key} is there twice")
            self.lines[*place, key] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*place, key))
        return found

    def _function(self, node: yaml.Node, place: Place) -> dict[str, Any]:
        short = node.tag[1:]
        if short in _PLAIN:
            return {short: node.value}
        if short not in _FUNCTIONS:
            raise self._error(node, f"{node.tag} is no function of CloudFormation's")
        name = f"Fn::{short}"
        if isinstance(node, yaml.ScalarNode):
            return {name: node.value.split(".", 1) if short == "GetAtt" else node.value}
        return {name: self._plain(node, (*place, name))}

    def _error(self, node: yaml.Node, problem: str) -> TopologyError:
        return TopologyError(self.name, node.start_mark.line + 1, "", problem)

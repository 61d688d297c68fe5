"""How a room says which CloudFormation resources it makes, and which properties it acts on."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bus.local.errors import UnsupportedResourceError


@dataclass(frozen=True)
class Resource:
    """A resource to be made: resolved properties, and where the template asks for it.

    `name` is what CloudFormation would generate for it: stack, logical id and a suffix; a room
    uses it when the properties give no name.
    """

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    name: str
    template: str = ""
    line: int = 0
    property_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def tags(self) -> dict[str, str]:
        """Its `Tags`, by key."""
        return {tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", ())}

    def unsupported(self, what: str, path: str = "") -> UnsupportedResourceError:
        """The error that stops a deployment here: `what` completes "does not support …".

        `path` is that of the property which is to blame, for its line.
        """
        return UnsupportedResourceError(self.template, self._line(path), f"{self.logical_id} ({self.type})", what)

    def _line(self, path: str) -> int:
        while path and path not in self.property_lines:
            path = path.rpartition(".")[0]
        return self.property_lines.get(path, self.line)


@dataclass(frozen=True)
class Deployed:
    """What became of a resource: the value of `Ref`, and those of `Fn::GetAtt` by name."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


# Why properties change nothing here, where the reason is one for many resources.
LABEL = "people read it, and nothing acts on it"
UNCHECKED = "the plane checks no permissions"
UNENCRYPTED = "the plane encrypts nothing"
LOGGED = "the ledger is the log"


def as_attribute(value: Any) -> str:
    """A property as operations take attributes, in text: templates say true, 30 and nested objects."""
    return json.dumps(value) if isinstance(value, Mapping | bool) else str(value)


Maker = Callable[[Resource], Deployed]
_Method = TypeVar("_Method", bound=Callable[..., Deployed])
_MARK = "__resource__"


@dataclass(frozen=True)
class Kind:
    """A resource type: the property paths that a room acts on, and those that change nothing here.

    Paths are dotted, lists are stepped over ("Targets.DeadLetterConfig.Arn"), and a path covers
    everything below it. `inert` gives the reason for each path that the plane accepts and that
    has no effect in it.
    """

    type: str
    acts_on: frozenset[str]
    inert: Mapping[str, str]

    def check(self, resource: Resource) -> None:
        """Raises UnsupportedResourceError for the first property outside the lists."""
        for path in _leaves(resource.properties):
            if not any(path == known or path.startswith(known + ".") for known in (*self.acts_on, *self.inert)):
                raise resource.unsupported(f"the property {path}", path)


def resource(type_: str, *, acts_on: set[str], inert: Mapping[str, str] | None = None) -> Callable[[_Method], _Method]:
    """Mark a room's method as the maker of resources of `type_`, such as "AWS::SQS::Queue"."""

    def mark(method: _Method) -> _Method:
        kinds = getattr(method, _MARK, ())
        setattr(method, _MARK, (*kinds, Kind(type_, frozenset(acts_on), inert or {})))
        return method

    return mark


class Makers:
    """Every resource type that the rooms together can make."""

    def __init__(self) -> None:
        self._makers: dict[str, tuple[Kind, Maker]] = {}

    def add_room(self, room: object) -> None:
        """Enter every method of `room` that is marked with `@resource`."""
        for name in dir(type(room)):
            for kind in getattr(getattr(type(room), name), _MARK, ()):
                self._makers[kind.type] = (kind, getattr(room, name))

    def make(self, wanted: Resource) -> Deployed:
        """Make one resource. Raises UnsupportedResourceError, before anything is made, for what no room does."""
        self.check(wanted)
        _, maker = self._makers[wanted.type]
        return maker(wanted)

    def check(self, wanted: Resource) -> None:
        """Raises UnsupportedResourceError for a type or property that no room does."""
        if wanted.type not in self._makers:
            raise wanted.unsupported(f"the resource type {wanted.type}")
        self._makers[wanted.type][0].check(wanted)


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for below in value:
            yield from _leaves(below, path)
    elif path:
        yield path

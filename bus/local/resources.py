"""How a room says which CloudFormation resources it makes, and which properties it acts on."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bus.local.errors import AwsError, PlaneError, UnsupportedOperationError, UnsupportedResourceError


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


class RefusedValuesError(PlaneError):
    """A resource's properties are known, and their values are none that the service would take."""

    def __init__(self, wanted: Resource, reason: str) -> None:
        self.wanted, self.reason = wanted, reason
        super().__init__(f"{wanted.template}:{wanted.line}: {wanted.logical_id} ({wanted.type}): {reason}")


@dataclass(frozen=True)
class Deployed:
    """What became of a resource: the value of `Ref`, and those of `Fn::GetAtt` by name."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A resource that exists: what was last wanted of it, and what became of it."""

    wanted: Resource
    deployed: Deployed

    @property
    def ref(self) -> str:
        return self.deployed.ref

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.wanted.properties


# Why properties change nothing here, where the reason is one for many resources.
LABEL = "people read it, and nothing acts on it"
UNCHECKED = "the plane checks no permissions"
UNENCRYPTED = "the plane encrypts nothing"
LOGGED = "the ledger is the log"


def as_attribute(value: Any) -> str:
    """A property as operations take attributes, in text: templates say true, 30 and nested objects."""
    return json.dumps(value) if isinstance(value, Mapping | bool) else str(value)


Maker = Callable[[Resource], Deployed]
Updater = Callable[[Resource, Made], Deployed]
Remover = Callable[[Made], None]
_Make = TypeVar("_Make", bound=Callable[..., Deployed])
_Update = TypeVar("_Update", bound=Callable[..., Deployed])
_Remove = TypeVar("_Remove", bound=Callable[..., None])
_MAKES, _UPDATES, _REMOVES = "__makes__", "__updates__", "__removes__"


@dataclass(frozen=True)
class Kind:
    """A resource type: the property paths that a room acts on, and those that change nothing here.

    Paths are dotted, lists are stepped over ("Targets.DeadLetterConfig.Arn"), and a path covers
    everything below it. `inert` gives the reason for each path that the plane accepts and that
    has no effect in it. A changed value below a path of `replaced_by` makes a new resource in the place of the old
    one: CloudFormation's "Update requires: Replacement", the createOnlyProperties of its schemas.
    """

    type: str
    acts_on: frozenset[str]
    inert: Mapping[str, str]
    replaced_by: frozenset[str] = frozenset()

    def check(self, resource: Resource) -> None:
        """Raises UnsupportedResourceError for the first property outside the lists."""
        for path in _leaves(resource.properties):
            if not _below(path, (*self.acts_on, *self.inert)):
                raise resource.unsupported(f"the property {path}", path)

    def replaces(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Whether going from one set of properties to the other takes a new resource."""
        return any(at_path(before, path) != at_path(after, path) for path in self.replaced_by)


def resource(
    type_: str,
    *,
    acts_on: set[str],
    inert: Mapping[str, str] | None = None,
    replaced_by: Collection[str] = (),
) -> Callable[[_Make], _Make]:
    """Mark a room's method as the maker of resources of `type_`, such as "AWS::SQS::Queue"."""

    def mark(method: _Make) -> _Make:
        kinds = getattr(method, _MAKES, ())
        setattr(method, _MAKES, (*kinds, Kind(type_, frozenset(acts_on), inert or {}, frozenset(replaced_by))))
        return method

    return mark


def updates(type_: str) -> Callable[[_Update], _Update]:
    """Mark the method that changes a resource of `type_` in place: `(wanted, made) -> Deployed`.

    It is asked only when properties differ, and none of `replaced_by`. The resource keeps its name and what it holds.
    """

    def mark(method: _Update) -> _Update:
        setattr(method, _UPDATES, (*getattr(method, _UPDATES, ()), type_))
        return method

    return mark


def removes(type_: str) -> Callable[[_Remove], _Remove]:
    """Mark the method that deletes a resource of `type_`, with its timers and listeners: `(made) -> None`."""

    def mark(method: _Remove) -> _Remove:
        setattr(method, _REMOVES, (*getattr(method, _REMOVES, ()), type_))
        return method

    return mark


class Makers:
    """Every resource type that the rooms together can make, change and delete."""

    def __init__(self) -> None:
        self._makers: dict[str, tuple[Kind, Maker]] = {}
        self._updaters: dict[str, Updater] = {}
        self._removers: dict[str, Remover] = {}

    def add_room(self, room: object) -> None:
        """Enter every method of `room` that is marked with `@resource`, `@updates` or `@removes`."""
        for name in dir(type(room)):
            method = getattr(type(room), name)
            for kind in getattr(method, _MAKES, ()):
                self._makers[kind.type] = (kind, getattr(room, name))
            for type_ in getattr(method, _UPDATES, ()):
                self._updaters[type_] = getattr(room, name)
            for type_ in getattr(method, _REMOVES, ()):
                self._removers[type_] = getattr(room, name)

    def kinds(self) -> list[Kind]:
        """Every type, in the order of their names."""
        return [kind for _, (kind, _) in sorted(self._makers.items())]

    def make(self, wanted: Resource) -> Deployed:
        """Make one resource.

        Raises UnsupportedResourceError for what no room does, before anything is made as far as properties tell;
        RefusedValuesError for what the service refuses.
        """
        self.check(wanted)
        return _done(wanted, lambda: self._makers[wanted.type][1](wanted))

    def check(self, wanted: Resource) -> None:
        """Raises UnsupportedResourceError for a type or property that no room does."""
        if wanted.type not in self._makers:
            raise wanted.unsupported(f"the resource type {wanted.type}")
        self._makers[wanted.type][0].check(wanted)

    def replaces(self, wanted: Resource, made: Made) -> bool:
        """Whether `wanted` takes a new resource in the place of `made`."""
        if wanted.type != made.wanted.type:
            return True
        return self._makers[wanted.type][0].replaces(made.properties, wanted.properties)

    def can_update(self, type_: str) -> bool:
        return type_ in self._updaters

    def can_remove(self, type_: str) -> bool:
        return type_ in self._removers

    def check_update(self, wanted: Resource) -> None:
        """Raises UnsupportedResourceError for a type that no room can change in place."""
        if wanted.type not in self._updaters:
            raise wanted.unsupported(f"changing a resource of the type {wanted.type}")

    def check_removal(self, made: Made) -> None:
        """Raises UnsupportedResourceError for a type that no room can delete."""
        if made.wanted.type not in self._removers:
            raise made.wanted.unsupported(f"deleting a resource of the type {made.wanted.type}")

    def update(self, wanted: Resource, made: Made) -> Deployed:
        """Change `made` into what is wanted. Raises as `make` does."""
        self.check(wanted)
        self.check_update(wanted)
        return _done(wanted, lambda: self._updaters[wanted.type](wanted, made))

    def remove(self, made: Made) -> None:
        """Delete `made`. Raises UnsupportedResourceError and AwsError."""
        self.check_removal(made)
        self._removers[made.wanted.type](made)


def _done(wanted: Resource, do: Callable[[], Deployed]) -> Deployed:
    """Do it; what stops a deployment says where."""
    try:
        return do()
    except UnsupportedOperationError as error:
        raise wanted.unsupported(error.what) from error
    except (AwsError, ValueError) as error:  # a service's refusal; a pattern or number that is none
        raise RefusedValuesError(wanted, str(error)) from error


def at_path(value: Any, path: str) -> Any:
    """What lies at a dotted path; a list of that of each element below a list; None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, list):
            return [at_path(element, path) for element in value]
        if not isinstance(value, Mapping):
            return None
        value, path = value.get(step), path.partition(".")[2]
    return value


def _below(path: str, known: Collection[str]) -> bool:
    return any(path == one or path.startswith(one + ".") for one in known)


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for below in value:
            yield from _leaves(below, path)
    elif path:
        yield path

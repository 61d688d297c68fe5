"""How a room says which CloudFormation resources it makes, and which properties it acts on."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bus.local.errors import PlaneError, UnsupportedResourceError

# Where a pattern's parser stopped: its words are none of the properties'.
_WHERE_IN_JSON = re.compile(r"\bat \[Source:.*", re.DOTALL)


def _is_said(name: str, sentence: str) -> bool:
    return bool(name) and re.search(rf"\b{re.escape(name)}\b", sentence) is not None


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

    @property
    def title(self) -> str:
        """What errors call it."""
        return f"{self.logical_id} ({self.type})"

    def unsupported(self, what: str, path: str = "") -> UnsupportedResourceError:
        """The error that stops a deployment here: `what` completes "does not support …".

        `path` is that of the property which is to blame, for its line.
        """
        return UnsupportedResourceError(self.template, self.line_of(path), self.title, what)

    def line_of(self, path: str) -> int:
        """The line of a property, or of the nearest thing around it that the template has written out."""
        while path and path not in self.property_lines:
            path = path.rpartition(".")[0]
        return self.property_lines[path] if path else self.line

    def blamed(self, sentence: str) -> str:
        """The path of the one property that a service's sentence names; "" when it names none, or one of several."""
        said = _WHERE_IN_JSON.sub("", sentence)
        named = [path for path in self.property_lines if _is_said(path.rpartition(".")[2], said)]
        deepest = [path for path in named if not any(other.startswith(f"{path}.") for other in named)]
        return deepest[0] if len(deepest) == 1 else ""


class RefusedValuesError(PlaneError):
    """A resource's properties are known, and their values are none that the service would take.

    `reason` is the service's own sentence, and the line is that of the property which it names, where that is known.
    """

    def __init__(self, wanted: Resource, reason: str, path: str = "") -> None:
        self.wanted, self.reason, self.path = wanted, reason, path or wanted.blamed(reason)
        sentence = " ".join(reason.split())
        super().__init__(f"{wanted.template}:{wanted.line_of(self.path)}: {wanted.title}: {sentence}")


class RequiredPropertyError(KeyError):
    """A maker asked for a property that the template does not give; `path` is that of it, lists stepped over."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class Properties(dict[str, Any]):
    """The properties of a resource, or an object somewhere in them: what is asked for and missing is said by its path.

    Raises RequiredPropertyError where a dict raises KeyError.
    """

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), path: str = "") -> None:
        self._path = path
        super().__init__({name: _with_paths(value, f"{path}{name}") for name, value in dict(values).items()})

    def __missing__(self, name: str) -> Any:
        raise RequiredPropertyError(f"{self._path}{name}")


def _with_paths(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return Properties(value, f"{path}.")
    return [_with_paths(each, path) for each in value] if isinstance(value, list) else value


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
MAKES, UPDATES, REMOVES = "__makes__", "__updates__", "__removes__"


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

    def names(self, properties: Mapping[str, Any]) -> list[str]:
        """The names that the properties give the resource, and what it belongs to: none of them can be changed."""
        given = (at_path(properties, path) for path in sorted(self.replaced_by) if path.endswith("Name"))
        return [name for name in given if isinstance(name, str)]


def resource(
    type_: str,
    *,
    acts_on: set[str],
    inert: Mapping[str, str] | None = None,
    replaced_by: Collection[str] = (),
) -> Callable[[_Make], _Make]:
    """Mark a room's method as the maker of resources of `type_`, such as "AWS::SQS::Queue"."""

    def mark(method: _Make) -> _Make:
        kinds = getattr(method, MAKES, ())
        setattr(method, MAKES, (*kinds, Kind(type_, frozenset(acts_on), inert or {}, frozenset(replaced_by))))
        return method

    return mark


def updates(type_: str) -> Callable[[_Update], _Update]:
    """Mark the method that changes a resource of `type_` in place: `(wanted, made) -> Deployed`.

    It is asked only when properties differ, and none of `replaced_by`. The resource keeps its name and what it holds.
    """

    def mark(method: _Update) -> _Update:
        setattr(method, UPDATES, (*getattr(method, UPDATES, ()), type_))
        return method

    return mark


def removes(type_: str) -> Callable[[_Remove], _Remove]:
    """Mark the method that deletes a resource of `type_`, with its timers and listeners: `(made) -> None`."""

    def mark(method: _Remove) -> _Remove:
        setattr(method, REMOVES, (*getattr(method, REMOVES, ()), type_))
        return method

    return mark


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

"""The pipes of the account and Region."""

from collections.abc import Iterator, Mapping
from typing import Any

from bus.local.pipes.checks import check
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import conflict, invalid, not_found, too_many
from bus.local.pipes.pipe import Pipe
from bus.local.plane import Plane

MOST_PIPES = 1000  # EventBridge user guide, "EventBridge Pipes quotas"


class Pipes:
    """By name, and by ARN."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._named: dict[str, Pipe] = {}

    def create(self, params: Mapping[str, Any], *, at_once: bool) -> Pipe:
        """A new pipe; `at_once` it is RUNNING or STOPPED, else CREATING. Raises AwsError."""
        name = params["Name"]
        if name in self._named:
            raise conflict(name, f"Pipe {name} already exists.")
        if len(self._named) >= MOST_PIPES:
            raise too_many(name, MOST_PIPES)
        pipe = Pipe(self._plane, self.checked(params), dict(params.get("Tags") or {}))
        pipe.create(at_once=at_once)
        self._named[name] = pipe
        return pipe

    def checked(self, params: Mapping[str, Any]) -> Definition:
        """A definition by CreatePipe's parameters. Raises AwsError, UnsupportedOperationError."""
        definition = Definition({key: value for key, value in params.items() if key != "Tags"})
        check(self._plane, definition, "CreatePipe", params)
        return definition

    def changed(self, pipe: Pipe, params: Mapping[str, Any]) -> Definition:
        """What UpdatePipe's parameters make of the definition of `pipe`. Raises as `checked` does."""
        definition = pipe.definition.updated(params)
        check(self._plane, definition, "UpdatePipe", params)
        return definition

    def get(self, name: str) -> Pipe:
        """Raises AwsError, a NotFoundException."""
        pipe = self._named.get(name)
        if pipe is None:
            raise not_found(name)
        return pipe

    def at(self, arn: str) -> Pipe:
        """The pipe of an ARN. Raises AwsError."""
        if ":pipe/" not in arn:
            raise invalid(f"{arn} is not the ARN of a pipe.")
        return self.get(arn.rpartition("/")[2])

    def forget(self, pipe: Pipe) -> None:
        """It is deleted."""
        self._named.pop(pipe.name, None)

    def __iter__(self) -> Iterator[Pipe]:
        """In the order of their names."""
        return iter([self._named[name] for name in sorted(self._named)])

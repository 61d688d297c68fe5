"""Every resource type that the rooms make, change and delete; what stops a deployment, said with the place."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.resources import (
    MAKES,
    REMOVES,
    UPDATES,
    Deployed,
    Kind,
    Made,
    Properties,
    RefusedValuesError,
    RequiredPropertyError,
    Resource,
)

Maker = Callable[[Resource], Deployed]
Updater = Callable[[Resource, Made], Deployed]
Remover = Callable[[Made], None]


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
            for kind in getattr(method, MAKES, ()):
                self._makers[kind.type] = (kind, getattr(room, name))
            for type_ in getattr(method, UPDATES, ()):
                self._updaters[type_] = getattr(room, name)
            for type_ in getattr(method, REMOVES, ()):
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
        with _said_where(wanted):
            return self._makers[wanted.type][1](_asked_by_path(wanted))

    def check(self, wanted: Resource) -> None:
        """Raises UnsupportedResourceError for a type or property that no room does."""
        if wanted.type not in self._makers:
            raise wanted.unsupported(f"the resource type {wanted.type}")
        self._makers[wanted.type][0].check(wanted)

    def replaces(self, wanted: Resource, made: Made) -> bool:
        """Whether `wanted` takes a new resource in the place of `made`."""
        return self._makers[wanted.type][0].replaces(made.properties, wanted.properties)

    def keeps_name(self, properties: Mapping[str, Any], made: Made) -> bool:
        """Whether the properties give the resource the name that `made` has, so that it cannot stand beside it."""
        given = self._makers[made.wanted.type][0].names(properties)
        return given == self._makers[made.wanted.type][0].names(made.properties) and any(
            made.ref == name or made.ref.endswith((f"/{name}", f":{name}", f"|{name}")) for name in given
        )

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
        with _said_where(wanted):
            return self._updaters[wanted.type](_asked_by_path(wanted), made)

    def remove(self, made: Made) -> None:
        """Delete `made`. Raises UnsupportedResourceError and AwsError."""
        self.check_removal(made)
        self._removers[made.wanted.type](made)


def _asked_by_path(wanted: Resource) -> Resource:
    return replace(wanted, properties=Properties(wanted.properties))


@contextmanager
def _said_where(wanted: Resource) -> Iterator[None]:
    """What stops a deployment says where: the template, the line, the resource, and the property where it is known."""
    try:
        yield
    except UnsupportedOperationError as error:
        raise wanted.unsupported(error.what, wanted.blamed(error.what)) from error
    except AwsError as error:
        raise RefusedValuesError(wanted, str(error)) from error
    except RequiredPropertyError as error:
        raise RefusedValuesError(wanted, f"required key [{error.path}] not found", error.path) from error
    except ValueError as error:  # a pattern or number that is none
        raise RefusedValuesError(wanted, _readable(error)) from error
    except (LookupError, TypeError, AttributeError) as error:
        # It cannot be told from here whose fault it is, so neither is blamed alone; the cause is chained.
        said = f"{type(error).__name__}: {error}"
        what = f"a property is not shaped as {wanted.type} has it, or the local event plane is at fault: {said}"
        raise RefusedValuesError(wanted, what) from error


_NO_NUMBER = re.compile(
    r"(?:invalid literal for int\(\) with base 10|could not convert string to float): (?P<value>.*)"
)


def _readable(error: ValueError) -> str:
    """Python's sentence for a text that is no number names its own functions."""
    no_number = _NO_NUMBER.fullmatch(str(error))
    return f"{no_number['value']} is no number" if no_number else str(error)

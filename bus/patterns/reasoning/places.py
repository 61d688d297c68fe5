"""A place in an event, with all that is asked of the value there."""

from dataclasses import dataclass, replace
from typing import Any

from bus.patterns.accepting import accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.reasoning.demands import Field, Fields, Want
from bus.patterns.reasoning.outcomes import Path
from bus.patterns.reasoning.references import Node


@dataclass(frozen=True)
class Place:
    """The value at `path` satisfies all `schemas` and `wants` and none of `bans`.

    Beside arrays, different elements may satisfy different wants. `arrays` where the value may be
    an array; `loose` as of Fields. `depth` counts elements too, which have the path of their array.
    """

    path: Path
    schemas: tuple[Node, ...]
    wants: tuple[Want, ...] = ()
    bans: tuple[Want, ...] = ()
    arrays: bool = True
    loose: bool = False
    depth: int = 0

    @property
    def is_free(self) -> bool:
        """Whether no pattern asks anything here."""
        return not (self.wants or self.bans)

    @property
    def is_loose(self) -> bool:
        """Whether a search beside arrays proves nothing."""
        return self.loose or any(isinstance(each, Fields) and each.loose for each in (*self.wants, *self.bans))

    @property
    def known(self) -> tuple[object, ...]:
        """What tells this place from another in one search."""
        schemas = tuple(id(node.schema) for node in self.schemas)
        return (self.path, schemas, self.wants, self.bans, self.arrays, self.loose)

    def below(self, key: str, schemas: tuple[Node, ...], wants: tuple[Want, ...], bans: tuple[Want, ...]) -> "Place":
        """The field `key` of an object here."""
        return Place((*self.path, key), schemas, wants, bans, self.arrays, self.is_loose, self.depth + 1)

    def element(self, schemas: tuple[Node, ...], wants: tuple[Want, ...]) -> "Place":
        """An element of an array here. An array in an array says nothing new, so only a schema asks for one."""
        return replace(
            self, schemas=schemas, wants=wants, arrays=bool(schemas), loose=self.is_loose, depth=self.depth + 1
        )


def satisfies(want: Want, value: Any) -> bool:
    """Whether a value, arrays and all, is what is wanted."""
    if isinstance(want, Leaf):
        return accepts(want)(value)
    if isinstance(value, list):
        return any(satisfies(want, element) for element in flat(value))
    return isinstance(value, dict) and all(_holds(field, value) for field in want.fields)


def _holds(field: Field, value: dict[str, Any]) -> bool:
    return (field.key in value and satisfies(field.want, value[field.key])) is field.holds

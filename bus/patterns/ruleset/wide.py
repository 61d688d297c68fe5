"""Nodes with more fields than an event has: the event's keys choose among the fields, not the other way round."""

from collections.abc import Callable, Collection
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path
from bus.patterns.ruleset.candidate import Add
from bus.patterns.ruleset.field import Field


class _Keys:
    """The fields below one key: the one that lies here, and those further down."""

    __slots__ = ("below", "field")

    def __init__(self) -> None:
        self.field: Field | None = None
        self.below: dict[str, _Keys] = {}

    def put(self, path: Path, field: Field) -> None:
        here = self
        for key in path:
            here = here.below.setdefault(key, _Keys())
        here.field = field


def walk_fields(fields: Collection[Field]) -> Callable[[Any, Add, int], None]:
    """The function that visits what the fields of an event find."""
    root = _Keys()
    for field in fields:
        root.put(field.path, field)
    may_be_absent = tuple(field for field in fields if "absent" in field.kinds)

    def run(event: Any, add: Add, array: int) -> None:
        # A stack: events may nest a thousand deep. Each part of the event with its fields, and how far down it is.
        parts = [(event, root, 0, array)]
        while parts:
            value, keys, level, at = parts.pop()
            for key, part in value.items():
                here = keys.below.get(key)
                if here is None:
                    continue
                topmost = at or (level + 1 if part.__class__ is list else 0)
                if here.field is not None:
                    here.field.visit([part], event, add, topmost)
                if here.below:
                    objects = flat(part) if part.__class__ is list else (part,)
                    parts += [(each, here, level + 1, topmost) for each in objects if each.__class__ is dict]
        for field in may_be_absent:
            field.visit_absent(event, add, -1)

    return run

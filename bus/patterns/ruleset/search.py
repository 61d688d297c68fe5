"""What the fields of any parsed event find, whatever lies where: the event's keys choose among the fields.

So it takes time by the event, however many fields the rules name.
"""

from collections.abc import Callable, Collection
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path
from bus.patterns.ruleset.buckets import visit_whole
from bus.patterns.ruleset.candidate import Add
from bus.patterns.ruleset.field import Field

Search = Callable[[Any, Add], None]


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


def search_fields(fields: Collection[Field]) -> Search:
    """The function that visits what the fields of an event find; each rule found is checked as a whole."""
    root = _Keys()
    for field in fields:
        root.put(field.path, field)
    may_be_absent = tuple(field for field in fields if field.absent.buckets)

    def search(event: Any, add: Add) -> None:
        parts = [(event, root)]  # a stack: events may nest a thousand deep
        while parts:
            value, keys = parts.pop()
            for key, part in value.items():
                here = keys.below.get(key)
                if here is None:
                    continue
                if here.field is not None:
                    for bucket in here.field.found((part,)):
                        visit_whole(bucket, event, add)
                if here.below:
                    objects = flat(part) if part.__class__ is list else (part,)
                    parts += [(each, here) for each in objects if each.__class__ is dict]
        for field in may_be_absent:
            for bucket in field.absent.of(None):
                visit_whole(bucket, event, add)

    return search

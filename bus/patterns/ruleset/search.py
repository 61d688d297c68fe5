"""What the fields of any parsed event find, whatever lies where: the event's keys choose among the fields.

So it takes time by the event, however many fields the rules name.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from bus.patterns.arrays import flat
from bus.patterns.parse import Path
from bus.patterns.ruleset.buckets import Bucket, Found
from bus.patterns.ruleset.field import Field

Search = Callable[[Any, Found], None]


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
    """The function that collects what the fields of an event find."""
    root = _Keys()
    for field in fields:
        root.put(field.path, field)
    may_be_absent = tuple(field for field in fields if field.absent.buckets)

    def search(event: Any, found: Found) -> None:
        for field, values in _values(event, root):
            for bucket in field.found(values):
                collect(bucket, event, found)
        for field in may_be_absent:
            for bucket in field.absent.of(None):
                collect(bucket, event, found)

    return search


def _values(event: Any, root: _Keys) -> Iterable[tuple[Field, list[Any]]]:
    """The fields of the event that rules name, with all that lies there."""
    values: dict[Field, list[Any]] = {}
    parts = [(event, root)]  # a stack: events may nest a thousand deep
    while parts:
        value, keys = parts.pop()
        for key, part in value.items():
            here = keys.below.get(key)
            if here is None:
                continue
            if here.field is not None:
                values.setdefault(here.field, []).append(part)
            if here.below:
                objects = flat(part) if part.__class__ is list else (part,)
                parts += [(each, here) for each in objects if each.__class__ is dict]
    return values.items()


def collect(bucket: Bucket, event: Any, found: Found) -> None:
    """Collect the bucket's candidates, or those of them that further fields of the event find."""
    if not isinstance(bucket, tuple):
        bucket.search(event, found)
        return
    for candidate in bucket:
        found[candidate.name, id(candidate.branch)] = candidate

"""Of an array, none of whose elements satisfies all fields below it: what to tell.

Fields that lie below one array must be satisfied by one element of it (event-ruler's README, "array
consistency"), so it may be that each is satisfied, and yet the array fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bus.patterns.parse import Path
from bus.patterns.wording import ANY, Place


@dataclass(frozen=True, slots=True)
class Nothing:
    """Stands where the event has no value; `remark` says more. Where it is `elsewhere`, another element has one."""

    remark: str = ""
    elsewhere: bool = False

    def __str__(self) -> str:
        return f"nothing {self.remark}".rstrip()


@dataclass(frozen=True, slots=True)
class Failure:
    """A field that is not satisfied at `place`; `found` says what is there: several things where `place` has ANY."""

    field: Path
    place: Place
    found: tuple[str | Nothing, ...]

    @property
    def fields(self) -> tuple[Path, ...]:
        return (self.field,)


@dataclass(frozen=True, slots=True)
class Split:
    """Fields of which each is satisfied in the array at `place`, but not by one element: `elements` of each field."""

    fields: tuple[Path, ...]
    place: Place
    elements: tuple[tuple[Place, ...], ...]


def located(array: list[Any]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """What `flat` gives, each with the indices that lead to it."""
    stack = [enumerate(array)]
    steps: list[int] = []
    while stack:
        for index, element in stack[-1]:
            if element.__class__ is list:
                stack.append(enumerate(element))
                steps.append(index)
                break
            yield (*steps, index), element
        else:
            stack.pop()
            if stack:
                steps.pop()


def nearest_element(
    array: Place, judged: list[tuple[Place, list[Failure | Split]]], fields: list[Path]
) -> list[Failure | Split]:
    """What to tell of the array at `array`, of whose elements each fails something.

    That of the element that alone fails least. Where none is nearest, the fields that fail in every
    element, and those that different elements satisfy.
    """
    unmet = [{each.field for each in failed if isinstance(each, Failure)} for _, failed in judged]
    fewest = min(map(len, unmet))
    if len(judged) == 1 or not fewest:  # each field is satisfied here, and a split is deeper
        return judged[unmet.index(min(unmet, key=len))][1]
    everywhere = set.intersection(*unmet)
    if everywhere and sum(len(each) == fewest for each in unmet) == 1:
        return next(failed for (_, failed), each in zip(judged, unmet, strict=True) if len(each) == fewest)
    told: list[Failure | Split] = [_merged(array, field, judged) for field in fields if field in everywhere]
    if fewest > len(everywhere):
        told.append(_split(array, [field for field in fields if field not in everywhere], judged, unmet))
    return told


def _merged(array: Place, field: Path, judged: list[tuple[Place, list[Failure | Split]]]) -> Failure:
    """One failure for those of all elements, what they have before what they have not."""
    all_failed = [each for _, failed in judged for each in failed if isinstance(each, Failure) and each.field == field]
    longest = max((each.place for each in all_failed), key=len)
    steps: list[str | int | None] = [*array, ANY]
    for step in longest[len(array) :]:
        if isinstance(step, str):
            steps.append(step)
        elif steps[-1] is not ANY:
            steps.append(ANY)
    found = dict.fromkeys(each for failure in all_failed for each in failure.found)
    told: list[str | Nothing] = [each for each in found if isinstance(each, str)]
    told += [each for each in found if isinstance(each, Nothing) and not (told and each.elsewhere)]
    return Failure(field, tuple(steps), tuple(told))


def _split(
    array: Place, fields: list[Path], judged: list[tuple[Place, list[Failure | Split]]], unmet: list[set[Path]]
) -> Split:
    elements = (
        tuple(place for (place, _), each in zip(judged, unmet, strict=True) if field not in each) for field in fields
    )
    return Split(tuple(fields), array, tuple(elements))

"""Arrays of an event, which stand for their elements: an array in an array for the elements of both."""

from collections.abc import Iterator
from typing import Any


def flat(array: list[Any]) -> Iterator[Any]:
    """Every element that is no array itself, in order. An explicit stack: events may nest a thousand deep."""
    stack = [iter(array)]
    while stack:
        for element in stack[-1]:
            if element.__class__ is list:
                stack.append(iter(element))
                break
            yield element
        else:
            stack.pop()


def arrays_within(array: list[Any]) -> Iterator[list[Any]]:
    """The array itself, and every array in it."""
    stack = [array]
    while stack:
        inner = stack.pop()
        yield inner
        stack += [element for element in inner if element.__class__ is list]

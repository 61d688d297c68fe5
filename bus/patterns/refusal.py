"""A refusal on its way out of the tree of a pattern: it learns where it happened as it passes up."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any


class Moment(Enum):
    """How far AWS's reader has come with a value when it refuses the pattern.

    AWS reads a pattern from left to right, and names the character after the last that it has read. Of an object's
    member it has read the name and then the value's opening, before it looks at the name.
    """

    OPENING = auto()
    """After a bracket, after a number or a literal, and after the first quotation mark of a text."""
    READ = auto()
    """After the text's last quotation mark."""
    END = auto()
    """After the closing bracket."""


class RefusedError(Exception):
    """What is wrong with a pattern, and where: `steps` lead to it by indices, of arrays and of objects' members.

    The reason ends with the text that was just read where it is `quoting`. AWS names the location `locations` times:
    twice where it wraps one error in another, and not at all where its reader has no part in the error. `prefix` is
    how the service begins this error, where it is not as it begins others.
    """

    def __init__(
        self,
        reason: str,
        *steps: int,
        moment: Moment = Moment.OPENING,
        locations: int = 1,
        quoting: bool = False,
        prefix: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.moment, self.prefix = reason, moment, prefix
        self.locations, self.quoting = locations, quoting
        self.inner_steps = list(reversed(steps))

    @property
    def steps(self) -> list[int]:
        return self.inner_steps[::-1]

    def within(self, members: Sequence[Any], member: object) -> "RefusedError":
        """The same, of the array or object whose `member` was refused."""
        self.inner_steps.append(next(index for index, each in enumerate(members) if each is member))
        return self


def next_after(members: Sequence[Any], index: int, reason: str) -> RefusedError:
    """A refusal when the reader has gone on to the member of that index, or to the end when there is none."""
    if index < len(members):
        return RefusedError(reason, index)
    return RefusedError(reason, moment=Moment.END)

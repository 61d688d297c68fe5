"""What reasoning about patterns answers. A yes is true, a no is false, and "undecided" is neither."""

from dataclasses import dataclass
from typing import Any, NoReturn


class _Yes:
    __slots__ = ()

    def __bool__(self) -> bool:
        return True


class _No:
    __slots__ = ()

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Satisfiable(_Yes):
    """`event` is valid under the schema and matches the pattern; both were checked."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unsatisfiable(_No):
    """No valid event can match. `reasons`: a sentence for each alternative that the pattern's `$or` make."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlapping(_Yes):
    """`event` matches both patterns; this was checked."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Disjoint(_No):
    """No event matches both. `reasons`: a sentence for each pair of alternatives, the same one once."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Implied(_Yes):
    """Every event that matches the first pattern matches the second."""


@dataclass(frozen=True, slots=True)
class NotImplied(_No):
    """`event` matches the first pattern and not the second; this was checked."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was an example found nor its absence proven, for these `reasons`. Has no truth value."""

    reasons: tuple[str, ...]

    def __bool__(self) -> NoReturn:
        raise UndecidedError(self.reasons)


class UndecidedError(TypeError):
    """An undecided answer was taken for a yes or a no."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(f"undecided is neither true nor false; ask for its class first. {'; '.join(reasons)}")

"""What a field of a generated pattern holds: values and match expressions, true or almost true of a value."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.patterns.reference_operators import LIMIT, Scalar
from tests.patterns.vocabulary import NETWORKS, SCALARS, SMALL_NUMBERS, TEXTS

T = TypeVar("T")
MOST_STARS = 3  # of a pattern: AWS refuses those that are "too complex"


class Leaves:
    """Makes the list that a field holds; `roll(sides)` is a number from 0 to below `sides`, simpler when smaller."""

    def __init__(self, roll: Callable[[int], int]) -> None:
        self.roll = roll
        self._stars = MOST_STARS

    def pick(self, options: Sequence[T]) -> T:
        return options[self.roll(len(options))]

    def leaf(self, value: Scalar) -> list[Any]:
        """Alternatives for a field that has this value in some event."""
        return [
            self._alternative(value if self.roll(3) else self.pick(SCALARS)) for _ in range(self.pick((1, 1, 2, 3)))
        ]

    def _alternative(self, value: Scalar) -> Any:
        choice = self.roll(8)
        if choice == 1:
            return {"exists": not self.roll(2)}
        if choice > 1 and isinstance(value, str):
            return self._about_text(value)
        if choice > 1 and type(value) in (int, float) and -LIMIT <= value <= LIMIT:
            return self._about_number(value)
        return value

    def _about_text(self, value: str) -> dict[str, Any]:  # noqa: PLR0911 - one for each operator
        cut = self.roll(len(value) + 1)
        match self.roll(6):
            case 0 if not self.roll(4):
                return {"exactly": value}
            case 0:
                return {"prefix": self._any_case(value[:cut])}
            case 1:
                return {"suffix": self._any_case(value[cut:])}
            case 2:
                return {"equals-ignore-case": self._recased(value)}
            case 3:
                return {"wildcard": self._wildcard(value)}
            case 4 if ":" in value or "." in value:
                return {"cidr": self.pick(NETWORKS)}
        return {"anything-but": self._excluded(value)}

    def _any_case(self, text: str) -> Any:
        return {"equals-ignore-case": self._recased(text)} if self.roll(2) else text

    def _recased(self, text: str) -> str:
        return self.pick((text, text.upper(), text.lower(), text.swapcase()))

    def _wildcard(self, value: str) -> str:
        """One that the value matches, or almost: `*` beside or in place of some of its characters."""
        pieces = [""]
        for character in value:
            chance = self.roll(4)
            if chance in {1, 2} and pieces[-1] != "*" and self._stars:
                pieces.append("*")
                self._stars -= 1
            if chance in {0, 2}:
                pieces.append("\\" + character if character in "*\\" else character)
        return "".join(pieces)

    def _excluded(self, value: str) -> Any:
        match self.roll(6):
            case 0:
                return {"prefix": self._some(value[:1] or "a", filled=True)}
            case 1:
                return {"suffix": self._some(value[-1:] or "a", filled=True)}
            case 2:
                return {"equals-ignore-case": self._some(self._recased(value))}
            case 3:
                return {"wildcard": self.pick((self._wildcard(value), [self._wildcard(value), self._wildcard(value)]))}
        return self._some(value)

    def _some(self, value: str, *, filled: bool = False) -> Any:
        """One text or a list; `filled` where AWS refuses the empty one."""
        other = self.pick(TEXTS)
        return self.pick(
            (value, [value], [value, other or "a" if filled else other], other or "a" if filled else other)
        )

    def _about_number(self, value: float) -> dict[str, Any]:
        if not self.roll(3):
            return {"anything-but": self.pick((value, [value], [self.pick(SMALL_NUMBERS), self.pick(SMALL_NUMBERS)]))}
        bounds = sorted({value, max(value - 1, -LIMIT), min(value + 1, LIMIT)})
        low, high = bounds[0], bounds[-1]
        if self.roll(2):
            return {"numeric": [self.pick((">", ">=")), self.pick(bounds[:-1]), self.pick(("<", "<=")), high]}
        return {"numeric": [self.pick(("=", "<", "<=", ">", ">=")), self.pick((value, low, high))]}

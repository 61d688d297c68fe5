"""How much a question may cost: counted, never timed, so that a question has one answer everywhere."""

_WHOLE = 1_000_000  # steps, of which a million take some two seconds
_PART = 300_000


TOO_MUCH = "it would take more work than is allowed"


class TooLargeError(Exception):
    """The question would take more work than is allowed."""


class Work:
    """What is left of the work that one question may take."""

    def __init__(self, left: int = _WHOLE, whole: "Work | None" = None) -> None:
        self._left, self._whole = left, whole

    def spend(self, amount: int) -> None:
        """Raises TooLargeError when nothing is left."""
        self._left -= amount
        if self._left < 0:
            raise TooLargeError(TOO_MUCH)
        if self._whole is not None:
            self._whole.spend(amount)

    def part(self) -> "Work":
        """A share of what is left, for one of many smaller questions."""
        return Work(_PART, self)

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left for any other question."""
        return self._left <= 0

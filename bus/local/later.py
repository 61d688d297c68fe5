"""An answer that takes time: of a function's process, of an HTTP call, of a long poll."""

from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar, cast

_T = TypeVar("_T")


class _Missing(Enum):
    """What stands for no value; of a copy too."""

    NOT_YET = 0


_NOT_YET = _Missing.NOT_YET


class Later(Generic[_T]):
    """A value that will be there, or an error that will be raised in its place; settled once.

    Under the virtual clock everything is settled at once. Under the real one, whoever waits goes on in `then`; what
    is kept there must be picklable (methods, partials and lambdas over plain state are), for a snapshot holds it.
    """

    __slots__ = ("_error", "_follow", "_value", "abandon")

    def __init__(self) -> None:
        self._value: object = _NOT_YET
        self._error: Exception | None = None
        self._follow: Callable[[Later[_T]], None] | None = None
        # What to do when nobody waits any more, such as a client that hung up; called at most once, and only unsettled.
        self.abandon: Callable[[], None] | None = None

    @classmethod
    def of(cls, value: _T) -> "Later[_T]":
        """What is there already."""
        later = cls()
        later._value = value
        return later

    @classmethod
    def failed(cls, error: Exception) -> "Later[_T]":
        """What failed already."""
        later = cls()
        later._error = error
        return later

    @property
    def done(self) -> bool:
        """Whether it is settled."""
        return self._value is not _NOT_YET or self._error is not None

    def result(self) -> _T:
        """The value. Raises the error; only once it is done."""
        if self._error is not None:
            raise self._error
        if self._value is _NOT_YET:
            message = "not settled yet"
            raise RuntimeError(message)
        return cast(_T, self._value)

    def then(self, follow: "Callable[[Later[_T]], None]") -> None:
        """Call `follow` with this when it is done: at once if it is. One at most may wait."""
        if self.done:
            follow(self)
        elif self._follow is not None:
            message = "somebody waits for it already"
            raise RuntimeError(message)
        else:
            self._follow = follow

    def settle(self, value: _T) -> None:
        """Here it is."""
        self._end(value, None)

    def fail(self, error: Exception) -> None:
        """There will be none."""
        self._end(_NOT_YET, error)

    def _end(self, value: object, error: Exception | None) -> None:
        if self.done:
            message = "settled before"
            raise RuntimeError(message)
        self._value, self._error, self.abandon = value, error, None
        follow, self._follow = self._follow, None
        if follow is not None:
            follow(self)

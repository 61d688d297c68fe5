"""Which story the code is in: the correlation id that goes along, and the event that caused what comes next."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bus.sdk.ids import new_id


@dataclass(frozen=True, slots=True)
class Correlation:
    """`correlation_id` is shared by all that follows from one beginning; `causation_id` is the last event before."""

    correlation_id: str
    causation_id: str | None = None


_current: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def current() -> Correlation | None:
    """What is being followed, or None at the beginning of a story."""
    return _current.get()


@contextmanager
def following(correlation_id: str | None, causation_id: str | None = None) -> Iterator[Correlation]:
    """Within the block, events that are published or put in the outbox carry these ids.

    None begins a new story: `with following(headers.get("x-correlation-id")): …`.
    """
    correlation = Correlation(correlation_id or new_id(), causation_id)
    token = _current.set(correlation)
    try:
        yield correlation
    finally:
        _current.reset(token)

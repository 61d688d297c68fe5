"""How a source is read, and what is done with what is read."""

from collections.abc import Callable
from dataclasses import dataclass

from bus.local.polling.filters import Filters
from bus.local.polling.outcome import Outcome
from bus.local.polling.record import Record
from bus.local.polling.retry import Discarded, Retries


@dataclass(frozen=True, slots=True)
class Reading:
    """The same for every shard; a queue retries and gives up by itself, so `retries` and `discard` are a stream's.

    A batch is delivered when it has `batch_size` records, or `window` seconds after its first.
    """

    filters: Filters
    deliver: Callable[[list[Record]], Outcome]
    filtered: Callable[[Record], None]
    discard: Callable[[Discarded], None]
    retries: Retries
    batch_size: int = 100
    window: float = 0

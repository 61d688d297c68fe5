"""How a source is read, and what is done with what is read."""

from collections.abc import Callable
from dataclasses import dataclass

from bus.local.later import Later
from bus.local.polling.filters import Filters
from bus.local.polling.outcome import Outcome
from bus.local.polling.record import Record
from bus.local.polling.retry import Discarded, Retries
from bus.local.polling.tumbling import WindowPart


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings of a mapping or pipe, as its reader needs them, and the functions that take what was read.

    It is the same for every shard. `deliver` takes a batch and says what came of it, at once or later; `filtered` hears
    of each record that no filter wants, and `discard` of those that were given up. A queue retries and gives up by
    itself, so `retries` and `discard` are a stream's.

    A batch is delivered when it has `batch_size` records, `window` seconds after its first, or when the next record
    would make it larger than a function takes. `parallel` is a stream's ParallelizationFactor; `concurrency` bounds
    the batches of a queue that are on their way at one time, where the mapping bounds them. With `tumbling` seconds
    batches go to `aggregate` instead of `deliver`, each with its part of a window. `visibility` is the timeout, in
    seconds, with which messages are received; None leaves it to the queue.
    """

    filters: Filters
    deliver: Callable[[list[Record]], Outcome | Later[Outcome]]
    filtered: Callable[[Record], None]
    discard: Callable[[Discarded], None]
    retries: Retries
    batch_size: int = 100
    window: float = 0
    parallel: int = 1
    concurrency: int | None = None
    tumbling: float = 0
    aggregate: Callable[[list[Record], WindowPart], Outcome | Later[Outcome]] | None = None
    visibility: float | None = None

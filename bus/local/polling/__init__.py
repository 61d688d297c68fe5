"""Reads queues and streams for those that AWS lets poll them: event source mappings and pipes.

A caller writes a `Reading` (how to read, what to do with a batch), gets its reader from `reader_of`, and starts and
stops that. A queue's is `QueueReader`. A stream's is `StreamReader`: it has a `ShardReader` for each shard, which reads
by a `Cursor`, makes batches in its `Gathering`, and sees each through in a `Run`, by the bounds of `Retries`. What a
delivery says came of it is an `Outcome`; `Hops` writes it into the ledger.
"""

from bus.local.polling.filters import Filters
from bus.local.polling.hops import Hops
from bus.local.polling.outcome import Outcome, reported
from bus.local.polling.reader import BATCH_SIZES, Reader, reader_of
from bus.local.polling.reading import Reading
from bus.local.polling.record import Record
from bus.local.polling.retry import Discarded, Retries

__all__ = [
    "BATCH_SIZES",
    "Discarded",
    "Filters",
    "Hops",
    "Outcome",
    "Reader",
    "Reading",
    "Record",
    "Retries",
    "reader_of",
    "reported",
]

"""Reads queues and streams for those that AWS lets poll them: event source mappings and pipes."""

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

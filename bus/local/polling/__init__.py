"""Reads queues and streams for those that AWS lets poll them: event source mappings and pipes."""

from bus.local.polling.filters import Filters
from bus.local.polling.outcome import Outcome, reported
from bus.local.polling.queue import QueueReader
from bus.local.polling.record import Record
from bus.local.polling.retry import Discarded, Retries
from bus.local.polling.shard import Reading
from bus.local.polling.sources import DynamoDbSource, KinesisSource, Source
from bus.local.polling.stream import StreamReader

__all__ = [
    "Discarded",
    "DynamoDbSource",
    "Filters",
    "KinesisSource",
    "Outcome",
    "QueueReader",
    "Reading",
    "Record",
    "Retries",
    "Source",
    "StreamReader",
    "reported",
]

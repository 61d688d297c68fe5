"""A place in one shard that can be found again."""

from dataclasses import dataclass

from bus.local.errors import AwsError
from bus.local.polling.record import Record
from bus.local.polling.sources import Source

_PAGE = 1000
GONE, _THROTTLED = "ResourceNotFoundException", "ProvisionedThroughputExceededException"
_TRIMMED, _EXPIRED = "TrimmedDataAccessException", "ExpiredIteratorException"


@dataclass(frozen=True, slots=True)
class Start:
    """StartingPosition, and the instant (epoch seconds) of AT_TIMESTAMP."""

    position: str = "TRIM_HORIZON"
    timestamp: float | None = None


class Cursor:
    """Reads a shard once, from its start on; `closed` says when its children may be read.

    An iterator lives for minutes (Kinesis five, DynamoDB fifteen): who slept longer gets a new one behind the record
    that was read last.
    """

    def __init__(self, source: Source, shard: str, start: Start) -> None:
        self._source, self._shard = source, shard
        # LATEST is found again by the last record of now, so what is there is passed over, not skipped.
        self._start = Start() if start.position == "LATEST" else start
        self._iterator: str | None = self._first()
        self._last: str | None = None
        self.refused = False  # by the stream's read limits, so it is worth asking again without a signal
        if start.position == "LATEST":
            while self.read(_PAGE):
                pass

    @property
    def closed(self) -> bool:
        """Whether the shard was closed, and read to its end."""
        return self._iterator is None

    def read(self, limit: int) -> list[Record]:
        """The next records; none for now, or for ever when `closed`. A stream that was deleted has none."""
        self.refused = False
        if self._iterator is None:
            return []
        try:
            return self._read(self._iterator, limit)
        except AwsError as error:
            self.refused = error.code == _THROTTLED
            if error.code not in {GONE, _THROTTLED}:
                raise
            if error.code == GONE and self._left():
                self._iterator = None
            return []

    def _left(self) -> bool:
        """Whether the shard has expired, with all its records, while its stream is still there."""
        try:
            return self._shard not in self._source.shards()
        except AwsError as error:
            if error.code != GONE:
                raise
            return False

    def _read(self, iterator: str, limit: int) -> list[Record]:
        try:
            return self._take(iterator, limit)
        except AwsError as error:
            if error.code == _TRIMMED:
                return self._take(self._source.iterator(self._shard, "TRIM_HORIZON"), limit)
            if error.code != _EXPIRED:
                raise
        return self._take(self._renewed(), limit)

    def _take(self, iterator: str, limit: int) -> list[Record]:
        records, self._iterator = self._source.read(self._shard, iterator, limit)
        if records:
            self._last = records[-1].identifier
        return records

    def _renewed(self) -> str:
        if self._last is None:
            return self._first()
        try:
            return self._source.iterator(self._shard, "AFTER_SEQUENCE_NUMBER", self._last)
        except AwsError as error:
            if error.code != _TRIMMED:
                raise
            return self._source.iterator(self._shard, "TRIM_HORIZON")

    def _first(self) -> str:
        return self._source.iterator(self._shard, self._start.position, at=self._start.timestamp)

"""Reads every shard of a stream."""

from bus.local.plane import Plane
from bus.local.polling.reading import Reading
from bus.local.polling.shard import ShardReader
from bus.local.polling.sources import Source


class StreamReader:
    """Delivers a Kinesis or DynamoDB stream, each shard in order, from `position` (TRIM_HORIZON or LATEST) on.

    Reads when the stream signals; an idle stream costs nothing. Shards that come later (a split) are read from
    their beginning, once their parent is through.
    """

    def __init__(self, plane: Plane, source: Source, reading: Reading, position: str) -> None:
        self._plane, self._source, self._reading = plane, source, reading
        self._shards: dict[str, ShardReader] = {}
        self._find_shards(position)

    def start(self) -> None:
        """Read from now on."""
        self._plane.signals.on(self._source.arn, self._wake)
        self._wake()

    def _wake(self) -> None:
        for reader in self._shards.values():
            if not reader.closed:
                reader.wake()

    def _shard_ended(self) -> None:
        self._find_shards("TRIM_HORIZON")
        self._wake()

    def _find_shards(self, position: str) -> None:
        for shard in self._source.shards():
            if shard not in self._shards:
                self._shards[shard] = ShardReader(
                    self._plane, self._source, shard, position, self._reading, ended=self._shard_ended
                )

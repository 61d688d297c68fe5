"""Reads every shard of a stream."""

from collections.abc import Iterator, Mapping

from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.polling.cursor import GONE, Start
from bus.local.polling.held import Held, Then
from bus.local.polling.reading import Reading
from bus.local.polling.shard import ShardReader
from bus.local.polling.sources import Source


class StreamReader:
    """Delivers a Kinesis or DynamoDB stream, each shard in order, from `start` on.

    Reads when the stream signals; an idle stream costs nothing. Shards that come later (a split, a merge) are read
    from their beginning, and no shard is read before its parents are through.
    """

    def __init__(self, plane: Plane, source: Source, reading: Reading, start: Start) -> None:
        self._plane, self._source, self._reading, self._start = plane, source, reading, start
        self._shards: dict[str, ShardReader] = {}
        self._parents: Mapping[str, tuple[str, ...]] = {}
        self._off: Then | None = None
        self._then: Then | None = None

    @property
    def busy(self) -> bool:
        """Whether something is in flight."""
        return any(shard.busy for shard in self._shards.values())

    def place(self) -> None:
        """Take the starting position now; else `start` does, the first time. Raises AwsError without a stream."""
        if not self._shards:
            self._find_shards(self._start)

    def start(self) -> None:
        """Read from now on, where a `stop` left off."""
        self._then = None
        if self._off is None:
            self._off = self._plane.signals.on(self._source.signal, self._wake)
            self._look()

    def stop(self, then: Then | None = None) -> None:
        """Read no more; what is in flight still settles, and then `then` is called."""
        if self._off is not None:
            self._off()
            self._off = None
        for shard in self._shards.values():
            shard.stop()
        self._then = then
        self._changed()

    def configure(self, reading: Reading) -> None:
        """Read like this from now on; what is being retried keeps its place and its count."""
        self._reading = reading
        for shard in self._shards.values():
            shard.configure(reading)
        self._wake()

    def held(self, event_id: str) -> Iterator[Held]:
        """What the reader holds of an event."""
        for shard in self._shards.values():
            yield from shard.held(event_id)

    def _wake(self) -> None:
        for shard in self._shards.values():
            shard.wake()

    def _start_shards(self) -> None:
        for name, shard in self._shards.items():
            if not shard.running and not shard.closed and self._may_start(name):
                shard.start()

    def _may_start(self, name: str) -> bool:
        # A parent that is not listed any more has left the stream with all its records.
        return all(parent not in self._shards or self._shards[parent].closed for parent in self._parents[name])

    def _changed(self) -> None:
        if self._off is not None:
            self._look()
        elif self._then is not None and not self.busy:
            then, self._then = self._then, None
            then()

    def _look(self) -> None:
        """Read the shards that may be read now; a stream that was deleted has no new ones."""
        try:
            self._find_shards(Start() if self._shards else self._start)
        except AwsError as error:
            if error.code != GONE:
                raise
        self._start_shards()

    def _find_shards(self, start: Start) -> None:
        self._parents = {**self._parents, **self._source.shards()}
        for shard in self._parents:
            if shard not in self._shards:
                self._shards[shard] = ShardReader(
                    self._plane, self._source, shard, start, self._reading, changed=self._changed
                )

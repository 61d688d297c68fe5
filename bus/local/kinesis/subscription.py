"""What a consumer with enhanced fan-out is sent of a shard: SubscribeToShard's event stream.

API reference, SubscribeToShard and SubscribeToShardEvent. Reading an event stream waits for the next event, for up to
five minutes after the call: so does iterating here, by letting virtual time pass. Within a task of the engine, such as
a function, nothing can happen meanwhile, and iterating ends with what there is; so it does under the real clock, where
the endpoint's answers are whole and a consumer that wants more subscribes again, as after any connection's end, from
the continuation sequence number on. There is always a first event, for the continuation sequence number shows progress
"even when no data is written to the shard".
"""

from collections.abc import Iterator
from typing import Any

from bus.local.kinesis.reading import answered, behind, children, within_bytes
from bus.local.kinesis.shard import Shard
from bus.local.kinesis.stream import Stream
from bus.local.plane import Plane

LIFETIME = 300.0  # seconds
_EVENT_RECORDS = 10_000


class Subscription:
    """An event stream as boto3 gives it out: iterate it, and close it."""

    def __init__(self, plane: Plane, stream: Stream, shard: Shard, position: int) -> None:
        self._plane, self._stream, self._shard, self._position = plane, stream, shard, position
        self.since = plane.clock.time()
        self._closed = False

    def close(self) -> None:
        """End it; there are no more events."""
        self._closed = True

    def __iter__(self) -> Iterator[dict[str, Any]]:
        told = False
        while not self._over() and (not told or self._waited()):
            yield {"SubscribeToShardEvent": self._event()}
            told = True

    def _waited(self) -> bool:
        """Wait for something to tell; False when there is nothing any more."""
        engine = self._plane.engine
        if not self._more() and not engine.running and self._plane.world is None:
            engine.run_until(lambda: self._more() or self._over(), self.since + LIFETIME)
        return self._more() and not self._over()

    def _more(self) -> bool:
        return self._position < self._shard.end or self._shard.closed_at is not None

    def _over(self) -> bool:
        return self._closed or self._plane.clock.time() >= self.since + LIFETIME

    def _event(self) -> dict[str, Any]:
        start = max(self._position, self._stream.horizon(self._shard))
        records = within_bytes(self._shard.read(start, _EVENT_RECORDS))
        self._position = start + len(records)
        event = {
            "Records": [answered(record) for record in records],
            "ContinuationSequenceNumber": self._shard.number_before(self._position),
            "MillisBehindLatest": behind(self._shard, self._position, self._plane.clock.time()),
        }
        if self._shard.closed_at is not None and self._position >= self._shard.end:
            self._closed = True
            event["ChildShards"] = children(self._stream, self._shard)
        return event

"""The buffers before a destination: one, or one for each dynamic partition.

Firehose developer guide, "Buffer data for dynamic partitioning": a partition begins when the prefix evaluates to a new
value, and ends when its buffer is delivered; beyond 500 at a time records go to the error prefix.
"""

from collections.abc import Callable, Iterator

from bus.local.engine import Engine
from bus.local.firehose.buffer import Buffer
from bus.local.firehose.names import arrival_of
from bus.local.firehose.records import Failed, Routed
from bus.local.firehose.settings import Destination, Hints

ACTIVE_PARTITIONS = 500
_UNPARTITIONED = ""


class DeliveryBuffers:
    """Holds what is ready, and hands it on to `deliver`; what has no partition is handed to `failed`."""

    def __init__(
        self,
        engine: Engine,
        destination: Destination,
        deliver: Callable[[list[Routed]], None],
        failed: Callable[[list[Failed]], None],
    ) -> None:
        self._engine, self._destination, self._deliver, self._failed = engine, destination, deliver, failed
        self._by_partition: dict[str, Buffer[Routed]] = {}

    def __iter__(self) -> Iterator[Buffer[Routed]]:
        return iter(self._by_partition.values())

    def add(self, item: Routed) -> None:
        """Take one record."""
        try:
            partition = self._partition(item)
        except KeyError:
            message = "partitionKeys values must not be null or empty"
            self._refuse(item, "metadata-extraction-failed", "DynamicPartitioning.MetadataExtractionFailed", message)
            return
        buffer = self._by_partition.get(partition)
        if buffer is None:
            if len(self._by_partition) >= ACTIVE_PARTITIONS:
                message = "Number of active partitions exceeded the limit."
                code = "DynamicPartitioning.ActivePartitionLimitExceeded"
                self._refuse(item, "activePartitionExceeded", code, message)
                return
            buffer = self._buffer(partition)
        self._by_partition[partition] = buffer
        buffer.add(item)
        # An overfull buffer was handed on, and goes on with the new item; a full one is through.
        if buffer.items:
            self._by_partition[partition] = buffer

    def keep_to(self, destination: Destination) -> None:
        """Another configuration from now on; what is there stays, by its new hints."""
        self._destination = destination
        for buffer in list(self):
            buffer.keep_to(destination.hints)

    def clear(self) -> list[Routed]:
        """Take out whatever there is."""
        items = [item for buffer in self for item in buffer.clear()]
        self._by_partition.clear()
        return items

    def _partition(self, item: Routed) -> str:
        """What tells partitions apart. Raises KeyError for a record without a key that its prefix asks for."""
        if self._destination.partition_retry is None:
            return _UNPARTITIONED
        keys = {name: value for name, value in item.keys.items() if value}
        return self._destination.target.prefixes.of_delivered(arrival_of([item.record]), keys, None)

    def _buffer(self, partition: str) -> Buffer[Routed]:
        def full(items: list[Routed]) -> None:
            self._by_partition.pop(partition, None)
            self._deliver(items)

        hints: Hints = self._destination.hints
        return Buffer(self._engine, hints, full)

    def _refuse(self, item: Routed, kind: str, code: str, message: str) -> None:
        self._failed([Failed(item.record, item.data, kind, code, message, 1, {})])

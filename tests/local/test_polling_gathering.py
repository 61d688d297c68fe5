"""What it costs to gather a shard's next batch."""

from collections.abc import Iterable

from bus.local.plane import Plane
from bus.local.polling.cursor import Cursor, Start
from bus.local.polling.gathering import Gathering
from bus.local.polling.sources import KinesisSource
from bus.local.polling.tumbling import Tumbling
from tests.local.polling_cases import Consumer, plane_of, put

SHARD = "shardId-000000000000"


class Counting(frozenset[str]):
    """Keys that count how often somebody asks for one."""

    asked = 0

    def __contains__(self, key: object) -> bool:
        self.asked += 1
        return super().__contains__(key)


def gathering(plane: Plane) -> Gathering:
    source = KinesisSource(plane, plane.arn("kinesis", "stream/s"))
    reading = Consumer(plane).reading(batch_size=10, parallel=10)
    return Gathering(plane, Cursor(source, SHARD, Start()), SHARD, reading, lambda: None)


def fill(plane: Plane, keys: Iterable[str]) -> None:
    for key in keys:
        put(plane, *["x"] * 500, key=key)


def test_each_record_that_waits_for_its_key_is_looked_at_once_as_it_is_read():
    plane = plane_of()
    fill(plane, ["hot"] * 10)
    taken = Counting({"hot"})

    batch = gathering(plane).batch(taken, Tumbling(SHARD))

    assert (batch, taken.asked) == ([], 5000)


def test_what_waits_is_looked_at_no_further_than_the_batch_is_full():
    plane = plane_of()
    fill(plane, ["hot"] * 10)
    gathered = gathering(plane)
    gathered.batch(Counting({"hot"}), Tumbling(SHARD))
    free = Counting()

    batches = [gathered.batch(free, Tumbling(SHARD)) for _ in range(500)]

    assert (sum(map(len, batches)), free.asked) == (5000, 5000)
    assert batches[0][0].identifier < batches[0][1].identifier < batches[1][0].identifier

"""A stream against a simple model: whatever is split and merged, each key's records are read once and in order."""

from collections import defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from bus.local.errors import AwsError
from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane

_HASHES = 1 << 128


class StreamMachine(RuleBasedStateMachine):
    """Puts, reshards, and reads from the oldest shards to their children."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.plane = Plane()
        self.plane.open(KinesisRoom(self.plane))
        self.plane.call("kinesis", "CreateStream", StreamName="s", ShardCount=2)
        self.put_so_far: dict[str, list[bytes]] = defaultdict(list)
        self.count = 0

    def _call(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.plane.call("kinesis", operation, StreamName="s", **params)

    def _open(self) -> list[dict[str, Any]]:
        shards: list[dict[str, Any]] = self._call("ListShards", ShardFilter={"Type": "AT_LATEST"})["Shards"]
        return sorted(shards, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))

    @rule(target=keys, key=st.text(min_size=1, max_size=4))
    def name_a_key(self, key: str) -> str:
        return key

    @rule(key=keys, count=st.integers(1, 3))
    def put(self, key: str, count: int) -> None:
        for _ in range(count):
            self.count += 1
            data = str(self.count).encode()
            self._call("PutRecord", Data=data, PartitionKey=key)
            self.put_so_far[key].append(data)

    @rule(which=st.integers(0, 50), share=st.integers(1, 99))
    def split(self, which: int, share: int) -> None:
        shards = self._open()
        shard = shards[which % len(shards)]
        low, high = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
        at = low + (high - low) * share // 100
        self._call("SplitShard", ShardToSplit=shard["ShardId"], NewStartingHashKey=str(at))

    @rule(which=st.integers(0, 50))
    def merge(self, which: int) -> None:
        shards = self._open()
        if len(shards) > 1:
            at = which % (len(shards) - 1)
            first, second = shards[at]["ShardId"], shards[at + 1]["ShardId"]
            self._call("MergeShards", ShardToMerge=first, AdjacentShardToMerge=second)

    @rule(target_count=st.integers(1, 6))
    def scale(self, target_count: int) -> None:
        try:
            self._call("UpdateShardCount", TargetShardCount=target_count, ScalingType="UNIFORM_SCALING")
        except AwsError as error:
            if error.code != "LimitExceededException":
                raise

    @rule(seconds=st.integers(0, 600))
    def wait(self, seconds: int) -> None:
        self.plane.engine.run_to(self.plane.clock.time() + seconds)

    @invariant()
    def open_shards_divide_all_hashes(self) -> None:
        ranges = [shard["HashKeyRange"] for shard in self._open()]
        starts = [int(one["StartingHashKey"]) for one in ranges]
        ends = [int(one["EndingHashKey"]) for one in ranges]
        assert starts == [0, *(end + 1 for end in ends[:-1])]
        assert ends[-1] == _HASHES - 1

    @invariant()
    def every_key_is_read_once_and_in_order(self) -> None:
        read: dict[str, list[bytes]] = defaultdict(list)
        numbers: list[int] = []
        shards = self._call("ListShards")["Shards"]
        for shard in shards:
            for record in self._records(shard["ShardId"]):
                read[record["PartitionKey"]].append(record["Data"])
                numbers.append(int(record["SequenceNumber"]))
        assert read == self.put_so_far
        assert len(set(numbers)) == len(numbers)

    def _records(self, shard: str) -> list[dict[str, Any]]:
        """A shard's records, two at a time: a shard's id is higher than those of its parents."""
        found: list[dict[str, Any]] = []
        iterator = self._call("GetShardIterator", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator is not None:
            answer = self.plane.call("kinesis", "GetRecords", ShardIterator=iterator, Limit=2)
            found += answer["Records"]
            more = answer["MillisBehindLatest"] > 0
            iterator = answer.get("NextShardIterator") if more else None
        return found


TestStream = StreamMachine.TestCase
TestStream.settings = settings(max_examples=30, stateful_step_count=30, deadline=None, derandomize=True)

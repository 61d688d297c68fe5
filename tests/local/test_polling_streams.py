"""Readers of streams stop and go on, settle when a delivery is over, and give up what is too old."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from bus.local.anomalies import Anomalies
from bus.local.errors import AwsError
from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane
from bus.local.polling import Retries
from bus.local.polling.tumbling import Closing
from tests.local.polling_cases import FAILING, Consumer, plane_of, put, stream_reader, text_of, wait


@pytest.fixture
def plane() -> Plane:
    return plane_of()


def test_what_follows_from_a_delivery_happens_when_it_is_over(plane: Plane):
    consumer = Consumer(plane, seconds=10)
    stream_reader(plane, consumer, batch_size=1)

    put(plane, "a", "b")
    plane.engine.run_until_idle()

    assert consumer.batches == [(0, ["a"]), (10, ["b"])]


def test_a_reader_that_is_started_again_during_a_delivery_does_not_repeat_it(plane: Plane):
    consumer = Consumer(plane, seconds=10)
    reader = stream_reader(plane, consumer, batch_size=1)
    put(plane, "a", "b")
    wait(plane, 1)

    reader.stop()
    reader.start()
    plane.engine.run_until_idle()

    assert consumer.batches == [(0, ["a"]), (10, ["b"])]


def test_a_stopped_reader_keeps_what_it_was_retrying_and_the_count(plane: Plane):
    consumer = Consumer(plane)
    reader = stream_reader(plane, consumer, retries=FAILING)
    put(plane, "poison")
    wait(plane, 0.5)

    reader.stop()
    wait(plane, 600)
    stopped = list(consumer.texts)
    reader.start()
    plane.engine.run_until_idle()

    assert (len(stopped), len(consumer.texts)) == (1, 3)
    assert [each.deliveries for each in consumer.discarded] == [3]


def test_a_changed_bound_holds_for_what_is_already_being_retried(plane: Plane):
    consumer = Consumer(plane)
    reader = stream_reader(plane, consumer)
    put(plane, "poison", "behind")
    wait(plane, 3600)

    reader.configure(consumer.reading(retries=Retries(maximum=0), batch_size=1))
    wait(plane, 120)
    put(plane, "later")
    plane.engine.run_until_idle()

    assert [text_of(record) for record in consumer.discarded[0].records] == ["poison", "behind"]
    assert consumer.texts[-1] == ["later"]


def test_a_reader_says_what_it_has_in_its_hands(plane: Plane):
    consumer = Consumer(plane, seconds=10)
    reader = stream_reader(plane, consumer, batch_size=1, window=0, retries=FAILING)
    for event in ("poison", "waits"):
        with plane.ledger.following(event):
            put(plane, event)
    began = plane.clock.time()

    wait(plane, 1)
    running = list(reader.held("poison"))
    wait(plane, 9.5)
    retrying = list(reader.held("poison"))

    assert [(each.state, each.until) for each in running] == [("in flight", began + 10)]
    assert [(each.state, each.until) for each in retrying] == [("waiting to retry", began + 11)]
    assert running[0].place.startswith("shardId-000000000000 ")
    assert list(reader.held("waits")) == []  # it is still in the stream


def test_a_batch_may_come_twice_and_never_behind_its_successor():
    plane = plane_of(anomalies=Anomalies(twice=1.0))
    consumer = Consumer(plane)
    stream_reader(plane, consumer, batch_size=1)

    put(plane, "a", "b")
    plane.engine.run_until_idle()

    assert consumer.texts == [["a"], ["a"], ["b"], ["b"]]


def test_what_reached_nobody_costs_no_retry(plane: Plane):
    consumer = Consumer(plane)
    consumer.throttled = True
    stream_reader(plane, consumer, retries=FAILING)
    put(plane, "poison")
    wait(plane, 3600)

    consumer.throttled = False
    plane.engine.run_until_idle()

    assert consumer.texts == [["poison"]] * 3
    assert [each.deliveries for each in consumer.discarded] == [3]


def test_what_reaches_nobody_for_as_long_as_it_may_be_old_is_given_up(plane: Plane):
    consumer = Consumer(plane)
    consumer.throttled = True
    stream_reader(plane, consumer, retries=Retries(age=100))

    put(plane, "a")
    plane.engine.run_until_idle()

    assert [(each.condition, each.deliveries) for each in consumer.discarded] == [("RecordAgeExceeded", 0)]


def test_a_record_is_retried_for_as_long_as_its_stream_keeps_it(plane: Plane):
    plane.call("kinesis", "IncreaseStreamRetentionPeriod", StreamName="s", RetentionPeriodHours=48)
    consumer = Consumer(plane)
    stream_reader(plane, consumer)
    put(plane, "poison")

    plane.engine.run_until_idle()

    assert 47.9 < consumer.batches[-1][0] / 3600 < 48.1
    assert [each.condition for each in consumer.discarded] == ["Expired"]


def test_the_child_of_a_merge_waits_for_both_parents(plane: Plane):
    plane.call("kinesis", "UpdateShardCount", StreamName="s", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    wait(plane, 60)
    consumer = Consumer(plane, seconds=10)
    stream_reader(plane, consumer, batch_size=1)
    shards = plane.call("kinesis", "ListShards", StreamName="s")["Shards"]
    left, right = [shard["ShardId"] for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
    for text, key in (("1", "0"), ("2", "0"), ("3", str(1 << 127))):
        record = {"PartitionKey": "k", "Data": text.encode(), "ExplicitHashKey": key}
        plane.call("kinesis", "PutRecord", StreamName="s", **record)

    plane.call("kinesis", "MergeShards", StreamName="s", ShardToMerge=left, AdjacentShardToMerge=right)
    wait(plane, 1)
    put(plane, "child")
    plane.engine.run_until_idle()

    assert sorted(consumer.texts[:2]) == [["1"], ["3"]]
    assert consumer.texts[2:] == [["2"], ["child"]]


def test_the_end_of_a_window_that_never_succeeds_is_given_up_after_its_retries(plane: Plane):
    consumer = Consumer(plane)
    stream_reader(plane, consumer, tumbling=60, retries=FAILING)

    put(plane, "a")
    plane.engine.run_until_idle()

    assert [part.state for part in consumer.parts] == [{}, *[{"seen": 1}] * 3]
    assert [(each.records, each.deliveries) for each in consumer.discarded] == [([], 3)]


def test_the_end_of_a_window_without_bounds_is_given_up_when_its_records_have_left_the_stream(plane: Plane):
    consumer = Consumer(plane)
    stream_reader(plane, consumer, tumbling=60)
    began = plane.clock.time()

    put(plane, "a")
    plane.engine.run_until_idle()

    assert [each.condition for each in consumer.discarded] == ["Expired"]
    assert 24 <= (plane.clock.time() - began) / 3600 < 24.2


SPLIT = {"ShardToSplit": "shardId-000000000000", "NewStartingHashKey": str(2**127)}


def test_what_follows_a_shard_that_expired_while_its_reader_was_blocked_is_read(plane: Plane):
    consumer = Consumer(plane)
    stream_reader(plane, consumer, batch_size=1)
    put(plane, "poison", "behind")
    wait(plane, 1)

    plane.call("kinesis", "SplitShard", StreamName="s", **SPLIT)
    wait(plane, 25 * 3600)
    put(plane, "after")
    plane.engine.run_until_idle()

    shards = plane.call("kinesis", "ListShards", StreamName="s")["Shards"]
    assert "shardId-000000000000" not in [shard["ShardId"] for shard in shards]
    assert [texts for texts in consumer.texts if texts != ["poison"]] == [["after"]]
    assert [each.condition for each in consumer.discarded] == ["Expired"]


def test_a_stream_that_was_deleted_has_no_children_to_read(plane: Plane):
    consumer = Consumer(plane, seconds=10)
    reader = stream_reader(plane, consumer)
    put(plane, "a")
    plane.call("kinesis", "SplitShard", StreamName="s", **SPLIT)
    wait(plane, 1)

    plane.call("kinesis", "DeleteStream", StreamName="s")
    plane.engine.run_until_idle()
    reader.stop()
    reader.start()
    plane.engine.run_until_idle()

    assert consumer.texts == [["a"]]


def test_the_end_of_a_window_that_has_another_length_now_is_told_to_nobody(plane: Plane):
    consumer = Consumer(plane)
    reader = stream_reader(plane, consumer, tumbling=60)
    put(plane, "a")
    wait(plane, 70)
    before = len(consumer.parts)

    reader.configure(consumer.reading(tumbling=30))
    plane.engine.run_until_idle()

    assert consumer.parts[-1].closing is Closing.FINAL
    assert len(consumer.parts) == before


class Refusing:
    """A stream whose read limits are reached for a while."""

    service: ClassVar[str] = "kinesis"

    def __init__(self, room: KinesisRoom) -> None:
        self._room, self.refusals = room, 0

    def get_records(self, params: Any) -> Any:
        if self.refusals:
            self.refusals -= 1
            raise AwsError("ProvisionedThroughputExceededException", "Rate exceeded for shard shardId-000000000000.")
        return self._room.get_records(params)


@pytest.fixture
def refusing(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusing]:
    room = Refusing(plane.rooms["kinesis"])
    call: Callable[..., Any] = plane.operations.call

    def answer(service: str, operation: str, params: Any) -> Any:
        return room.get_records(params) if operation == "GetRecords" else call(service, operation, params)

    monkeypatch.setattr(plane.operations, "call", answer)
    return room


def test_a_stream_that_refuses_to_be_read_is_read_again_after_a_second(plane: Plane, refusing: Refusing):
    consumer = Consumer(plane)
    stream_reader(plane, consumer)
    plane.engine.run_until_idle()
    refusing.refusals = 2

    put(plane, "a")
    plane.engine.run_until_idle()

    assert consumer.batches == [(2, ["a"])]

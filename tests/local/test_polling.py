"""A stream is read in order, shard by shard; what cannot be delivered is retried, cut down and given up."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.polling import (
    Discarded,
    Filters,
    Outcome,
    Reading,
    Record,
    Retries,
    reader_of,
    reported,
)
from bus.patterns import EVENT_SOURCE_MAPPING

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
ITERATOR_LIFE = 300


class FakeKinesis:
    """The part of Kinesis that a reader needs: shards of records, and iterators that expire."""

    service: ClassVar[str] = "kinesis"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.records: dict[str, list[dict[str, Any]]] = {"shard-0": [], "shard-1": []}
        self.closed: set[str] = set()
        self.deleted = False

    def put(self, *texts: str, shard: str = "shard-0") -> None:
        for text in texts:
            number = f"{len(self.records[shard]):04}"
            self.records[shard].append(
                {
                    "SequenceNumber": number,
                    "PartitionKey": "k",
                    "Data": text.encode(),
                    "ApproximateArrivalTimestamp": self._plane.clock.now(),
                }
            )
            self._plane.ledger.keep(f"{ARN}/{number}")
        self._plane.signals.emit(ARN)

    @operation("ListShards")
    def list_shards(self, _: Params) -> Response:
        return {"Shards": [{"ShardId": shard} for shard in self.records]}

    @operation("DescribeStreamSummary")
    def describe_stream_summary(self, _: Params) -> Response:
        return {"StreamDescriptionSummary": {"RetentionPeriodHours": 24}}

    @operation("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        shard = params["ShardId"]
        place = {
            "TRIM_HORIZON": 0,
            "LATEST": len(self.records[shard]),
            "AFTER_SEQUENCE_NUMBER": int(params.get("StartingSequenceNumber", 0)) + 1,
        }[params["ShardIteratorType"]]
        return {"ShardIterator": self._iterator(shard, place)}

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        if self.deleted:
            raise AwsError("ResourceNotFoundException", "Stream orders under account 123456789012 not found.")
        shard, place, made = params["ShardIterator"].split("/")
        if self._plane.clock.time() - float(made) > ITERATOR_LIFE:
            raise AwsError("ExpiredIteratorException", "Iterator expired")
        records = self.records[shard][int(place) : int(place) + params["Limit"]]
        end = int(place) + len(records)
        at_end = shard in self.closed and end == len(self.records[shard])
        return {"Records": records} if at_end else {"Records": records, "NextShardIterator": self._iterator(shard, end)}

    def _iterator(self, shard: str, place: int) -> str:
        return f"{shard}/{place}/{self._plane.clock.time()}"


class Consumer:
    """Takes batches as a function would; a batch with a poison record fails."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.times: list[float] = []
        self.discarded: list[Discarded] = []
        self.filtered: list[str] = []
        self.reports = False

    def deliver(self, records: list[Record]) -> Outcome:
        texts = [text_of(record) for record in records]
        self.batches.append(texts)
        poison = [record for record in records if text_of(record).startswith("poison")]
        if not poison:
            return Outcome()
        if self.reports:
            return reported({"batchItemFailures": [{"itemIdentifier": poison[0].identifier}]}, records)
        return Outcome.failure(records, "ValueError")


def text_of(record: Record) -> str:
    text: str = record.filtered_on["data"]
    return text


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.fixture
def kinesis(plane: Plane) -> FakeKinesis:
    room = FakeKinesis(plane)
    plane.open(room)
    return room


@pytest.fixture
def read(plane: Plane, kinesis: FakeKinesis) -> Iterator[Callable[..., Consumer]]:
    def start(
        position: str = "TRIM_HORIZON", *, pattern: dict[str, Any] | None = None, batch_size: int = 10, **given: Any
    ) -> Consumer:
        consumer = Consumer()
        window = given.pop("window", 0)
        criteria = {"Filters": [{"Pattern": json.dumps(pattern)}]} if pattern else None
        reading = Reading(
            filters=Filters(criteria, EVENT_SOURCE_MAPPING),
            deliver=consumer.deliver,
            filtered=lambda record: consumer.filtered.append(text_of(record)),
            discard=consumer.discarded.append,
            retries=Retries(**given),
            batch_size=batch_size,
            window=window,
        )
        reader_of(plane, ARN, reading, position=position).start()
        return consumer

    yield start
    assert kinesis.records


def test_what_is_there_already_is_read_from_the_horizon_only(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    kinesis.put("old")
    everything, news = read("TRIM_HORIZON"), read("LATEST")

    kinesis.put("new")
    plane.engine.run_until_idle()

    assert everything.batches == [["old", "new"]]
    assert news.batches == [["new"]]


def test_records_come_in_batches_in_order_each_shard_for_itself(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(batch_size=2)

    kinesis.put("a", "b", "c")
    kinesis.put("x", shard="shard-1")
    plane.engine.run_until_idle()

    assert consumer.batches == [["a", "b"], ["x"], ["c"]]


def test_bisecting_isolates_a_poison_record_and_the_rest_goes_through(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(maximum=1, bisect=True)

    kinesis.put("a", "b", "poison", "d")
    kinesis.put("later")
    plane.engine.run_until_idle()

    through = [batch for batch in consumer.batches if "poison" not in batch]
    assert through == [["a", "b"], ["d", "later"]]
    (discarded,) = consumer.discarded
    assert [text_of(record) for record in discarded.records] == ["poison"]
    assert (discarded.condition, discarded.shard) == ("RetryAttemptsExhausted", "shard-0")


def test_without_bisecting_the_whole_batch_is_retried_and_given_up(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(maximum=2)

    kinesis.put("a", "poison")
    plane.engine.run_until_idle()

    assert consumer.batches == [["a", "poison"]] * 3
    assert consumer.discarded[0].deliveries == 3


def test_a_reported_failure_is_retried_from_there_on(plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]):
    consumer = read(maximum=1)
    consumer.reports = True

    kinesis.put("a", "poison", "c")
    plane.engine.run_until_idle()

    assert consumer.batches == [["a", "poison", "c"], ["poison", "c"]]
    assert len(consumer.discarded[0].records) == 2


def test_reports_and_bisecting_together_lose_nothing_but_the_poison(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(maximum=0, bisect=True)
    consumer.reports = True

    kinesis.put("a", "poison 1", "c", "poison 2", "e")
    plane.engine.run_until_idle()

    lost = [text_of(record) for each in consumer.discarded for record in each.records]
    assert lost == ["poison 1", "poison 2"]
    assert consumer.batches[-1] == ["e"]


def test_records_past_their_age_are_given_up(plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]):
    consumer = read(age=100)
    began = plane.clock.time()

    kinesis.put("poison")
    plane.engine.run_until_idle()

    assert [each.condition for each in consumer.discarded] == ["RecordAgeExceeded"]
    assert 100 < plane.clock.time() - began < 200


def test_a_poison_record_blocks_its_shard_alone_until_it_leaves_the_stream(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(batch_size=1)

    kinesis.put("poison", "behind")
    kinesis.put("elsewhere", shard="shard-1")
    plane.engine.advance(timedelta(hours=23))
    blocked = ["behind"] in consumer.batches
    plane.engine.run_until_idle()

    assert not blocked
    assert ["elsewhere"] in consumer.batches[:2]
    # What waited behind it is as old: DynamoDB and Kinesis drop both after a day.
    assert [each.condition for each in consumer.discarded] == ["Expired", "Expired"]


def test_a_window_gathers_records_until_the_batch_is_full(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read(batch_size=3, window=10)

    for at, text in enumerate("abcd"):
        plane.engine.after(at, lambda text=text: kinesis.put(text))
    plane.engine.run_until_idle()

    assert consumer.batches == [["a", "b", "c"], ["d"]]


def test_unwanted_records_are_passed_over(plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]):
    consumer = read(pattern={"data": ["b"]})

    kinesis.put("a", "b", "c")
    plane.engine.run_until_idle()

    assert (consumer.batches, consumer.filtered) == ([["b"]], ["a", "c"])


def test_a_reader_that_slept_past_its_iterator_goes_on_where_it_was(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    kinesis.put("old")
    consumer = read("LATEST")

    plane.engine.advance(timedelta(hours=1))
    kinesis.put("a")
    plane.engine.advance(timedelta(hours=1))
    kinesis.put("b")
    plane.engine.run_until_idle()

    assert consumer.batches == [["a"], ["b"]]


def test_the_children_of_a_closed_shard_are_found(plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]):
    consumer = read()

    kinesis.closed.add("shard-0")
    kinesis.records["shard-2"] = []
    kinesis.put("child", shard="shard-2")
    kinesis.put("parent")
    plane.engine.run_until_idle()

    assert sorted(consumer.batches) == [["child"], ["parent"]]


def test_a_stream_that_was_deleted_stops_its_reader_and_nothing_else(
    plane: Plane, kinesis: FakeKinesis, read: Callable[..., Consumer]
):
    consumer = read()

    kinesis.put("a")
    plane.engine.run_until_idle()
    kinesis.put("b")
    kinesis.deleted = True
    plane.engine.run_until_idle()

    assert consumer.batches == [["a"]]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, {"1"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"1", "2"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"1", "2"}),
        ({"batchItemFailures": [{"id": "1"}]}, {"1", "2"}),
        ({"batchItemFailures": [{"itemIdentifier": "9"}]}, {"1", "2"}),
        ("fine", {"1", "2"}),
    ],
)
def test_a_report_means_what_lambda_says_it_means(answer: object, failed: set[str]):
    records = [Record(identifier, None, 0, 1, {}) for identifier in ("1", "2")]

    outcome = reported(answer, records)

    assert outcome.failed == failed

"""Stream readers against the simplest model of one: every record goes through or is given up, each key in order."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bus.local.anomalies import Anomalies
from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane
from bus.local.polling import Discarded, Filters, Outcome, Reading, Record, Retries, reader_of, reported
from bus.patterns import EVENT_SOURCE_MAPPING

KEYS = tuple("abc")
WHOLE = 1 << 128
READINGS = st.fixed_dictionaries(
    {
        "batch_size": st.integers(1, 4),
        "window": st.sampled_from([0, 7]),
        "parallel": st.sampled_from([1, 2, 5]),
        "maximum": st.integers(0, 3),
        "bisect": st.booleans(),
    }
)


class Consumer:
    """Takes batches for some seconds each; a record fails as often as its text says, "3:a:17" three times."""

    def __init__(self, put: dict[str, list[str]]) -> None:
        self.put = put
        self.tried: defaultdict[str, int] = defaultdict(int)
        self.done: defaultdict[str, list[str]] = defaultdict(list)
        self.given_up: list[str] = []
        self.chance = random.Random(0)  # noqa: S311 - a test's, repeatable
        self.throttled = False
        self.reports = False

    def deliver(self, records: list[Record]) -> Outcome:
        if self.throttled:
            return Outcome.unreached(records, "TooManyRequestsException")
        seconds = self.chance.choice([0.0, 0.0, 3.0])
        for at, record in enumerate(records):
            text = text_of(record)
            self.check_turn(record.key, text, {text_of(passed) for passed in records[:at]})
            self.tried[text] += 1
            if self.tried[text] <= int(text.partition(":")[0]):
                for passed in records[:at]:
                    self.pass_(passed)
                return self.failed(records, record, at, seconds)
        for record in records:
            self.pass_(record)
        return Outcome(seconds=seconds)

    def failed(self, records: list[Record], bad: Record, at: int, seconds: float) -> Outcome:
        if self.reports:
            return reported({"batchItemFailures": [{"itemIdentifier": bad.identifier}]}, records, seconds=seconds)
        assert at < len(records)
        return Outcome.failure(records, "ValueError", seconds=seconds)

    def check_turn(self, key: str, text: str, in_front: set[str]) -> None:
        """Whoever was put before it with the same key is through, given up, or in front of it in the batch."""
        before = self.put[key][: self.put[key].index(text)]
        assert set(before) <= set(self.done[key]) | set(self.given_up) | in_front

    def pass_(self, record: Record) -> None:
        # The first time that a record goes through; later ones are repetitions, which are allowed.
        text = text_of(record)
        if text not in self.done[record.key]:
            self.done[record.key].append(text)

    def discard(self, discarded: Discarded) -> None:
        assert discarded.condition == "RetryAttemptsExhausted"
        self.given_up += [text_of(record) for record in discarded.records]


def text_of(record: Record) -> str:
    text: str = record.filtered_on["data"]
    return text


class StreamReading(RuleBasedStateMachine):
    """Whatever is put, split, throttled, stopped and changed: nothing is lost, and no key loses its order."""

    @initialize(given=READINGS, twice=st.booleans(), reports=st.booleans())
    def begin(self, given: dict[str, Any], twice: bool, reports: bool) -> None:  # noqa: FBT001 - hypothesis gives them by name
        self.plane = Plane(anomalies=Anomalies(twice=0.3 if twice else 0.0))
        self.plane.open(KinesisRoom(self.plane))
        self.plane.call("kinesis", "CreateStream", StreamName="s", ShardCount=2)
        self.plane.engine.run_until_idle()
        self.arn = self.plane.arn("kinesis", "stream/s")
        self.put: defaultdict[str, list[str]] = defaultdict(list)
        self.number, self.running = 0, True
        self.consumer = Consumer(self.put)
        self.consumer.reports = reports
        self.reader = reader_of(self.plane, self.arn, self.reading(given), position="TRIM_HORIZON")
        self.reader.start()

    def reading(self, given: dict[str, Any]) -> Reading:
        consumer = self.consumer
        return Reading(
            filters=Filters(None, EVENT_SOURCE_MAPPING),
            deliver=consumer.deliver,
            filtered=lambda _: None,
            discard=consumer.discard,
            retries=Retries(maximum=given["maximum"], bisect=given["bisect"]),
            batch_size=given["batch_size"],
            window=given["window"],
            parallel=given["parallel"],
        )

    @rule(records=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([0, 0, 1, 2, 9])), min_size=1, max_size=8))
    def write(self, records: list[tuple[str, int]]) -> None:
        entries = []
        for key, failures in records:
            text = f"{failures}:{key}:{self.number}"
            self.number += 1
            self.put[key].append(text)
            entries.append({"PartitionKey": key, "Data": text.encode()})
        self.plane.call("kinesis", "PutRecords", StreamARN=self.arn, Records=entries)

    @rule(seconds=st.integers(0, 30))
    def wait(self, seconds: int) -> None:
        self.plane.engine.advance(timedelta(seconds=seconds))

    @precondition(lambda self: self.running)
    @rule()
    def stop(self) -> None:
        self.reader.stop()
        self.running = False

    @precondition(lambda self: not self.running)
    @rule()
    def start(self) -> None:
        self.reader.start()
        self.running = True

    @rule(given=READINGS)
    def change(self, given: dict[str, Any]) -> None:
        self.reader.configure(self.reading(given))

    @rule(throttled=st.booleans())
    def throttle(self, throttled: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        self.consumer.throttled = throttled

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        shards = self.plane.call("kinesis", "ListShards", StreamARN=self.arn)["Shards"]
        open_ = [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
        if len(open_) < 5:
            shard = data.draw(st.sampled_from(open_))
            low, high = (int(shard["HashKeyRange"][f"{end}HashKey"]) for end in ("Starting", "Ending"))
            at = str((low + high) // 2 + 1)
            self.plane.call(
                "kinesis", "SplitShard", StreamARN=self.arn, ShardToSplit=shard["ShardId"], NewStartingHashKey=at
            )
            self.plane.engine.advance(timedelta(seconds=1))

    @invariant()
    def no_key_loses_its_order(self) -> None:
        if hasattr(self, "consumer"):
            for key, done in self.consumer.done.items():
                assert done == [text for text in self.put[key] if text in set(done)]

    def teardown(self) -> None:
        if not hasattr(self, "plane"):
            return
        self.consumer.throttled = False
        self.reader.start()
        self.plane.engine.run_until_idle()

        given_up = self.consumer.given_up
        assert len(given_up) == len(set(given_up))
        assert not self.reader.busy
        for key, put in self.put.items():
            # What went through in a batch that was given up as a whole counts as both.
            assert set(put) == set(self.consumer.done[key]) | (set(given_up) & set(put))
            assert {text for text in put if text.startswith("9")} <= set(given_up)
        assert all(self.consumer.tried[text] <= TRIES for text in given_up)


# One delivery and three retries at most with each setting, once more for each time that a batch is cut in two, and
# for each of the deliveries that are made twice.
TRIES = 4 * 3 + 2
StreamReading.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None, derandomize=True)
TestStreamReading = StreamReading.TestCase

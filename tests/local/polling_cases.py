"""Consumers that readers deliver to, and a plane with a stream `s` and a queue `q`."""

from datetime import timedelta
from typing import Any

from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane
from bus.local.polling import Discarded, Filters, Outcome, Reader, Reading, Record, Retries, reader_of
from bus.local.polling.tumbling import WindowPart
from bus.local.sqs import SqsRoom
from bus.patterns import EVENT_SOURCE_MAPPING

FAILING = Retries(maximum=2)


class Consumer:
    """Takes `seconds` for each batch, fails those with a poison record, and takes none while it is `throttled`."""

    def __init__(self, plane: Plane, seconds: float = 0) -> None:
        self._plane, self.seconds, self.throttled = plane, seconds, False
        self._began = plane.clock.time()
        self.batches: list[tuple[float, list[str]]] = []
        self.parts: list[WindowPart] = []
        self.discarded: list[Discarded] = []

    def deliver(self, records: list[Record]) -> Outcome:
        if self.throttled:
            return Outcome.unreached(records, "TooManyRequestsException")
        texts = [text_of(record) for record in records]
        self.batches.append((self._plane.clock.time() - self._began, texts))
        if "poison" in texts:
            return Outcome.failure(records, "ValueError", seconds=self.seconds)
        return Outcome(seconds=self.seconds)

    def aggregate(self, records: list[Record], part: WindowPart) -> Outcome:
        self.parts.append(part)
        if part.closing is not None:
            return Outcome.failure(records, "ValueError")
        return Outcome(state={"seen": len(records)})

    @property
    def texts(self) -> list[list[str]]:
        return [texts for _, texts in self.batches]

    def reading(self, **given: Any) -> Reading:
        return Reading(
            **{
                "filters": Filters(None, EVENT_SOURCE_MAPPING),
                "deliver": self.deliver,
                "filtered": lambda _: None,
                "discard": self.discarded.append,
                "retries": Retries(),
                "aggregate": self.aggregate,
                **given,
            }
        )


def text_of(record: Record) -> str:
    seen = record.filtered_on
    text: str = seen["body"] if "body" in seen else seen["data"]
    return text


def plane_of(**given: Any) -> Plane:
    plane = Plane(**given)
    plane.open(KinesisRoom(plane))
    plane.open(SqsRoom(plane))
    plane.call("kinesis", "CreateStream", StreamName="s", ShardCount=1)
    plane.call("sqs", "CreateQueue", QueueName="q", Attributes={"VisibilityTimeout": "100"})
    plane.engine.run_until_idle()
    return plane


def put(plane: Plane, *texts: str, key: str = "k") -> None:
    records = [{"PartitionKey": key, "Data": text.encode()} for text in texts]
    plane.call("kinesis", "PutRecords", StreamName="s", Records=records)


def send(plane: Plane, *bodies: str) -> None:
    url = plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]
    for body in bodies:
        plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody=body)


def stream_reader(plane: Plane, consumer: Consumer, **given: Any) -> Reader:
    reader = reader_of(plane, plane.arn("kinesis", "stream/s"), consumer.reading(**given), position="TRIM_HORIZON")
    reader.start()
    return reader


def queue_reader(plane: Plane, consumer: Consumer, **given: Any) -> Reader:
    reader = reader_of(plane, plane.arn("sqs", "q"), consumer.reading(**given), position="")
    reader.start()
    return reader


def wait(plane: Plane, seconds: float) -> None:
    plane.engine.advance(timedelta(seconds=seconds))

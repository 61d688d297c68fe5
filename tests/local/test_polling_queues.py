"""Readers of queues take no more than can be processed, and say what they hold."""

import json

import pytest

from bus.local.plane import Plane
from bus.local.polling import Discarded, Hops, Outcome, Record
from bus.local.polling.scaling import Scaling
from tests.local.polling_cases import Consumer, plane_of, put, queue_reader, send, stream_reader, wait


@pytest.fixture
def plane() -> Plane:
    return plane_of()


def test_a_stopped_reader_says_when_nothing_is_in_flight_any_more(plane: Plane):
    for reader_for, give in ((stream_reader, put), (queue_reader, send)):
        consumer, ends = Consumer(plane, seconds=10), []
        reader = reader_for(plane, consumer, batch_size=1)
        give(plane, "a")
        wait(plane, 1)

        reader.stop(lambda ends=ends: ends.append(plane.clock.time()))
        before = list(ends)
        give(plane, "b")
        wait(plane, 30)

        assert (before, len(ends), consumer.texts) == ([], 1, [["a"]])


def test_what_waits_for_a_batch_to_be_full_is_buffered_until_the_window_is_over(plane: Plane):
    began = plane.clock.time()
    for reader_for, give in ((stream_reader, put), (queue_reader, send)):
        reader = reader_for(plane, Consumer(plane), window=20)
        with plane.ledger.following("e"):
            give(plane, "a")
        wait(plane, 0)

        assert [(each.state, each.until) for each in reader.held("e")] == [("buffered", began + 20)]


def test_a_queue_is_not_asked_for_more_than_can_be_processed(plane: Plane):
    consumer = Consumer(plane, seconds=10)
    queue_reader(plane, consumer, batch_size=1, concurrency=2)

    send(plane, "a", "b", "c")
    wait(plane, 1)
    attributes = {"QueueUrl": plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"], "AttributeNames": ["All"]}
    counts = plane.call("sqs", "GetQueueAttributes", **attributes)["Attributes"]

    assert (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]) == ("1", "2")


def test_a_throttled_batch_of_a_queue_goes_back_when_its_visibility_timeout_would_end(plane: Plane):
    consumer = Consumer(plane)
    consumer.throttled = True
    reader = queue_reader(plane, consumer)
    with plane.ledger.following("e"):
        send(plane, "a")
    wait(plane, 50)
    waiting = [each.state for each in reader.held("e")]
    wait(plane, 49)
    given_back = list(reader.held("e"))

    consumer.throttled = False
    wait(plane, 2)

    assert (waiting, given_back) == (["waiting to retry"], [])
    assert [at for at, _ in consumer.batches] == [100]


def test_a_stopped_reader_gives_throttled_batches_back_to_the_queue(plane: Plane):
    consumer, ended = Consumer(plane), []
    consumer.throttled = True
    reader = queue_reader(plane, consumer)
    send(plane, "a")
    wait(plane, 5)

    reader.stop(lambda: ended.append(True))
    consumer.throttled = False
    wait(plane, 10)

    assert (ended, consumer.texts, reader.busy) == ([True], [], False)


def test_concurrency_grows_by_300_batches_a_minute_while_there_is_work():
    scaling = Scaling()

    limits = [scaling.limit(now, in_flight, None) for now, in_flight in ((0, 0), (30, 5), (61, 5), (600, 5), (700, 0))]

    assert limits == [5, 5, 305, 1250, 5]
    assert scaling.limit(800, 5, 2) == 2


def test_who_is_told_is_told_in_the_ledger_too(plane: Plane):
    hops = Hops(plane, "lambda", "function", delivery="Invoke")
    record = Record("1", "event-1", 0.0, 3, {})
    discarded = Discarded([record], "RetryAttemptsExhausted", 3, "shard", Outcome())
    arn = plane.arn("sqs", "q")

    hops.discarded(discarded, arn, lambda _: {"told": True})
    hops.discarded(discarded, plane.arn("sqs", "none"), lambda _: {"told": True})
    hops.discarded(discarded, None, lambda _: {"told": True})

    told = [hop.outcome for hop in plane.ledger.find("lambda", "discard")]
    assert told == ["dead-letter", "lost", "lost"]
    assert len(plane.ledger.find("lambda", "destination", "failed")) == 1
    messages = plane.call(
        "sqs", "ReceiveMessage", QueueUrl=plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]
    )["Messages"]
    assert json.loads(messages[0]["Body"]) == {"told": True}


def test_what_fails_and_is_visible_again_at_once_waits_before_it_fails_again(plane: Plane):
    """A function that sets the visibility timeout of what it fails to 0, to have it again soon."""
    consumer = Consumer(plane)
    url = plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]

    def deliver(records: list[Record]) -> Outcome:
        handle = records[0].receipt_handle
        plane.call("sqs", "ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        assert len(consumer.batches) < 50, "for ever in one instant"
        return consumer.deliver(records)

    queue_reader(plane, consumer, batch_size=1, deliver=deliver)

    send(plane, "poison", "a")
    wait(plane, 8)

    poisoned = [at for at, texts in consumer.batches if texts == ["poison"]]
    assert poisoned == [0, 2, 6]
    assert consumer.texts.count(["a"]) == 1


def test_a_queue_that_hides_nothing_does_not_stop_time(plane: Plane):
    consumer = Consumer(plane)
    queue_reader(plane, consumer, concurrency=1)
    url = plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]
    plane.call("sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    began = plane.clock.time()

    send(plane, "poison")
    plane.engine.run_until(lambda: len(consumer.batches) > 5, began + 5)

    assert plane.clock.time() > began

"""Who waits in a long poll, and how; what a queue keeps of time and of an event."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from bus.local.anomalies import Anomalies
from bus.local.functions.wall_clock import TaskTimedOutError, WallClock
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom, queue


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(SqsRoom)


@pytest.fixture
def sqs(plane: Plane):
    return boto3.client("sqs", region_name=plane.region)


@pytest.fixture
def url(sqs: Any):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def bodies(sqs: Any, url: str, **options: Any):
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options)
    return [message["Body"] for message in received.get("Messages", [])]


def test_what_is_due_happens_while_a_long_poll_waits_and_time_stops_when_a_message_is_there(
    plane: Plane, sqs: Any, url: str
):
    start = plane.clock.time()
    plane.engine.after(4, lambda: plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody="late"))
    plane.engine.after(9, lambda: plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody="later"))

    received = bodies(sqs, url, WaitTimeSeconds=20)

    assert (received, plane.clock.time() - start) == (["late"], 4)


def test_a_long_poll_that_finds_only_dead_letters_waits_on(plane: Plane, sqs: Any, url: str):
    sqs.create_queue(QueueName="dead")
    policy = f'{{"deadLetterTargetArn": "{plane.arn("sqs", "dead")}", "maxReceiveCount": 1}}'
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    bodies(sqs, url, VisibilityTimeout=3)
    sqs.send_message(QueueUrl=url, MessageBody="good", DelaySeconds=8)
    start = plane.clock.time()

    received = bodies(sqs, url, WaitTimeSeconds=20)

    assert (received, plane.clock.time() - start) == (["good"], 8)


def test_a_long_poll_of_a_queue_that_is_deleted_meanwhile_finds_no_queue(plane: Plane, sqs: Any, url: str):
    plane.engine.after(4, lambda: plane.call("sqs", "DeleteQueue", QueueUrl=url))

    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        bodies(sqs, url, WaitTimeSeconds=20)


def test_a_task_of_the_engine_does_not_wait(plane: Plane, sqs: Any, url: str):
    answers = []
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=5)
    start = plane.clock.time()

    plane.engine.soon(lambda: answers.append((bodies(sqs, url, WaitTimeSeconds=20), plane.clock.time() - start)))
    plane.engine.run_until_idle()

    assert answers == [([], 0)]


def test_a_function_waits_in_its_own_time(plane: Plane, sqs: Any, url: str):
    start = plane.clock.time()

    with WallClock(start, timeout=30) as clock:
        received = bodies(sqs, url, WaitTimeSeconds=20)

        assert (received, clock.remaining()) == ([], 10)
        with pytest.raises(TaskTimedOutError):
            bodies(sqs, url, WaitTimeSeconds=20)
    assert plane.clock.time() == start


def test_the_places_of_an_event_are_known_with_the_instant_at_which_it_moves_on(plane: Plane, sqs: Any, url: str):
    start = plane.clock.time()
    with plane.ledger.following("event-1"):
        sent = [
            sqs.send_message(QueueUrl=url, MessageBody=body, DelaySeconds=delay)["MessageId"]
            for body, delay in (("taken", 0), ("visible", 0), ("delayed", 60))
        ]
    sqs.send_message(QueueUrl=url, MessageBody="another event's")
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=45)

    found = list(plane.rooms["sqs"].whereabouts("event-1"))

    arn = plane.arn("sqs", "orders")
    assert [(one.service, one.resource, one.note) for one in found] == [("sqs", arn, name) for name in sent]
    assert [(one.state, one.until) for one in found] == [
        ("in flight", start + 45),
        ("visible", start + 345_600),
        ("delayed", start + 60),
    ]
    assert list(plane.rooms["sqs"].whereabouts("event-2")) == []


def test_a_redriven_event_is_followed_to_where_it_went(plane: Plane, sqs: Any, url: str):
    sqs.create_queue(QueueName="dead")
    policy = f'{{"deadLetterTargetArn": "{plane.arn("sqs", "dead")}", "maxReceiveCount": 1}}'
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    with plane.ledger.following("event-1"):
        sqs.send_message(QueueUrl=url, MessageBody="poison")
    bodies(sqs, url, VisibilityTimeout=1)
    plane.engine.run_until_idle()
    bodies(sqs, url)

    sqs.start_message_move_task(SourceArn=plane.arn("sqs", "dead"))
    plane.engine.run_until_idle()

    [place] = plane.rooms["sqs"].whereabouts("event-1")
    assert (place.resource, place.state) == (plane.arn("sqs", "orders"), "visible")
    [hop] = plane.ledger.find("sqs", "move")
    assert (hop.event_id, hop.resource, hop.note) == ("event-1", plane.arn("sqs", "dead"), plane.arn("sqs", "orders"))


@pytest.mark.parametrize("name", ["full", "full.fifo"])
def test_no_more_than_120_000_messages_are_in_flight(
    plane: Plane, sqs: Any, monkeypatch: pytest.MonkeyPatch, name: str
):
    assert queue.IN_FLIGHT_LIMIT == 120_000
    monkeypatch.setattr(queue, "IN_FLIGHT_LIMIT", 25)
    fifo = name.endswith(".fifo")
    more = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
    url = sqs.create_queue(QueueName=name, Attributes=more)["QueueUrl"]
    for number in range(30):
        grouped = {"MessageGroupId": str(number)} if fifo else {}
        sqs.send_message(QueueUrl=url, MessageBody=str(number), **grouped)

    received = [len(bodies(sqs, url)) for _ in range(3)]

    assert received == [10, 10, 5]
    if fifo:
        assert bodies(sqs, url) == []
    else:
        with pytest.raises(sqs.exceptions.OverLimit):
            bodies(sqs, url)
    plane.engine.advance(timedelta(seconds=30))
    assert len(bodies(sqs, url)) == 10


def test_a_message_that_is_delivered_twice_has_two_receipt_handles():
    plane = Plane(anomalies=Anomalies(twice=1.0))
    plane.open(SqsRoom(plane))
    url = plane.call("sqs", "CreateQueue", QueueName="q")["QueueUrl"]
    sent = plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody="x")

    received = []
    while messages := plane.call("sqs", "ReceiveMessage", QueueUrl=url).get("Messages"):
        received += messages
        plane.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])

    assert [message["MessageId"] for message in received] == [sent["MessageId"]] * 2
    assert len({message["ReceiptHandle"] for message in received}) == 2


def test_a_message_that_came_twice_and_went_well_is_no_dead_letter():
    plane = Plane(anomalies=Anomalies(twice=1.0))
    plane.open(SqsRoom(plane))
    plane.call("sqs", "CreateQueue", QueueName="dead")
    policy = json.dumps({"deadLetterTargetArn": plane.arn("sqs", "dead"), "maxReceiveCount": 2})
    url = plane.call("sqs", "CreateQueue", QueueName="q", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    plane.call("sqs", "SendMessage", QueueUrl=url, MessageBody="x")

    counts = []
    for attempt in ("fails", "fails", "goes well", "goes well"):  # the message, its twin, and both again
        [message] = plane.call("sqs", "ReceiveMessage", QueueUrl=url, AttributeNames=["All"])["Messages"]
        counts.append(message["Attributes"]["ApproximateReceiveCount"])
        if attempt == "goes well":
            plane.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if len(counts) == 2:
            plane.engine.run_until_idle()
    plane.engine.run_until_idle()

    assert counts == ["1", "1", "2", "2"]
    assert [len(plane.rooms["sqs"].held(plane.rooms["sqs"].queues.at(name).url)) for name in ("q", "dead")] == [0, 0]


def test_whoever_listens_to_a_full_queue_hears_of_the_first_message_that_is_deleted(
    plane: Plane, sqs: Any, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "IN_FLIGHT_LIMIT", 2)
    for number in range(4):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    held = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    signals: list[str] = []
    plane.signals.on(plane.arn("sqs", "orders"), lambda: signals.append("room"))

    for message in held:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    assert signals == ["room"]


def test_a_change_of_what_waits_leaves_one_timer(plane: Plane, sqs: Any, url: str):
    for number in range(200):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    handles = [
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=100 + number)["Messages"][0]["ReceiptHandle"]
        for number in range(200)
    ]
    start = plane.clock.time()

    for handle in handles[:-1]:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    plane.engine.run_until_idle()

    assert plane.clock.time() - start == 299
    assert bodies(sqs, url) == ["199"]

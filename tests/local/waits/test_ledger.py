"""A ledger of bounded length: what it keeps, what it forgets, and how its readers go on."""

import json

import pytest

from bus.local.events import EventsRoom
from bus.local.plane import Plane
from tests.local.waits.queues import Queue
from tests.local.waits.world import ground


def ledger_of(hops: int, most: int | None = None, start: int = 0):
    """With as many hops, each of an event of its own."""
    ledger = Plane().ledger
    if most is not None:
        ledger.limit(most)
    for number in range(start, start + hops):
        ledger.relate(f"event-{number}", f"correlation-{number // 2}")
        ledger.record("sqs", "SendMessage", "queue", event_id=f"event-{number}")
    return ledger


def test_it_keeps_the_last_hops_and_not_many_more_and_the_numbers_go_on():
    ledger = ledger_of(25_000, most=1_000)

    assert 1_000 <= len(ledger) < 1_000 + 1_024
    assert ledger.end == 25_000
    assert [hop.number for hop in ledger] == list(range(25_000 - len(ledger), 25_000))


def test_what_comes_after_a_number_is_read_from_there_however_much_was_forgotten():
    ledger = ledger_of(5_000, most=100)
    first = next(iter(ledger)).number

    assert [hop.number for hop in ledger.since(4_990)] == list(range(4_990, 5_000))
    assert [hop.number for hop in ledger.since(3)] == list(range(first, 5_000))
    assert ledger.since(5_000) == []
    ledger.record("sqs", "SendMessage", "queue")
    assert [hop.number for hop in ledger.since(5_000)] == [5_000]


def test_a_ledger_without_a_limit_keeps_and_numbers_everything():
    ledger = ledger_of(3_000)

    assert (len(ledger), ledger.end, [hop.number for hop in ledger.since(2_998)]) == (3_000, 3_000, [2_998, 2_999])


def test_an_event_that_a_kept_hop_names_has_its_correlation_id_and_others_have_not():
    ledger = ledger_of(1, most=10)
    for number in range(1_000):
        ledger.record("sqs", "SendMessage", "queue", event_id=f"other-{number}")
        if number % 5 == 0:
            ledger.record("sqs", "ReceiveMessage", "queue", event_id="event-0")
    assert ledger.related("correlation-0") == ["event-0"]
    assert ledger.of_correlation("correlation-0")[-1].action == "ReceiveMessage"

    for _ in range(20):
        ledger.record("sqs", "SendMessage", "queue")

    assert (ledger.related("correlation-0"), ledger.of_correlation("correlation-0")) == ([], [])


def test_a_limit_may_be_set_and_changed_when_there_are_hops_already():
    ledger = ledger_of(500)

    ledger.limit(100)
    assert (len(ledger), ledger.end) == (100, 500)
    assert ledger.related("correlation-0") == []
    assert ledger.related("correlation-249") == ["event-498", "event-499"]
    ledger.limit(10)
    assert (len(ledger), ledger.end) == (10, 500)
    with pytest.raises(ValueError, match="one hop at least"):
        ledger.limit(0)


def test_a_message_in_a_queue_keeps_its_event_however_long_it_lies_there():
    real = ground(EventsRoom)
    ledger, orders = real.plane.ledger, Queue.made(real, "orders")
    Queue.made(real, "dead")
    policy = json.dumps({"deadLetterTargetArn": real.plane.arn("sqs", "dead"), "maxReceiveCount": 1})
    real.call("sqs", "SetQueueAttributes", QueueUrl=orders.url, Attributes={"RedrivePolicy": policy})
    ledger.limit(20)
    with ledger.following("event-1"):
        orders.send("poison")
    orders.receive(VisibilityTimeout=0)
    orders.receive()  # it goes to the dead letters

    for number in range(100):
        with ledger.following(f"other-{number}"):
            orders.send(str(number))
        [message] = orders.receive()
        orders.delete(message)
    real.call("sqs", "StartMessageMoveTask", SourceArn=real.plane.arn("sqs", "dead"))
    orders.receive()

    assert [(hop.service, hop.action) for hop in ledger.of("event-1")] == [("sqs", "move"), ("sqs", "ReceiveMessage")]


@pytest.mark.parametrize("how", ["deleted", "purged", "expired", "queue deleted"])
def test_what_is_gone_is_remembered_for_a_while_only(how: str):
    real = ground()
    ledger, orders = real.plane.ledger, Queue.made(real, "orders", MessageRetentionPeriod="60")
    ledger.limit(10)
    with ledger.following("event-1"):
        sent = real.call("sqs", "SendMessage", QueueUrl=orders.url, MessageBody="a")["MessageId"]

    if how == "deleted":
        orders.delete(orders.receive()[0])
    elif how == "purged":
        real.call("sqs", "PurgeQueue", QueueUrl=orders.url)
    elif how == "expired":
        real.pass_(61)
    else:
        real.call("sqs", "DeleteQueue", QueueUrl=orders.url)

    assert ledger.kept(sent) == "event-1"
    with ledger.following("event-2"):
        for number in range(10):
            ledger.keep(f"stream/{number}")
    assert ledger.kept(sent) is None
    assert ledger.kept("stream/0") == "event-2"


def test_an_event_that_a_bus_refuses_belongs_to_no_correlation_id():
    real = ground(EventsRoom)
    detail = json.dumps({"metadata": {"event_id": "event-1", "correlation_id": "c"}})
    statement = {"Effect": "Deny", "Principal": "*", "Action": "events:PutEvents", "Resource": "*", "Sid": "no"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    entry = {"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}
    real.call("events", "PutEvents", Entries=[entry])
    assert real.plane.ledger.related("c") == ["event-1"]
    real.call("events", "PutPermission", Policy=policy)
    refused = {**entry, "Detail": detail.replace("event-1", "event-2")}

    answer = real.call("events", "PutEvents", Entries=[refused])

    assert (answer["FailedEntryCount"], real.plane.ledger.related("c")) == (1, ["event-1"])

"""Long polls under the real clock: who gets what, and when."""

import json

import pytest

from bus.local.operations import Response
from bus.local.sqs.errors import SqsError
from tests.local.waits.queues import Queue, bodies
from tests.local.waits.world import Ground


def test_whoever_waits_longest_gets_the_message_and_nobody_else_does(real: Ground, orders: Queue):
    polls = [orders.poll() for _ in range(3)]

    orders.send("a")
    orders.send("b")

    assert [bodies(poll) for poll in polls] == [["a"], ["b"], None]
    assert orders.receive() == []
    assert len(real.plane.ledger.find("sqs", "ReceiveMessage")) == 2


def test_a_long_poll_that_finds_a_message_is_answered_at_once(orders: Queue):
    orders.send("there")

    assert bodies(orders.poll()) == ["there"]


def test_a_long_poll_ends_with_nothing_when_its_wait_is_over_and_leaves_nothing_behind(real: Ground, orders: Queue):
    short, long = orders.poll(5), orders.poll(20)

    real.pass_(5)

    assert (bodies(short), bodies(long)) == ([], None)
    assert short.result() == {}
    real.pass_(15)
    assert bodies(long) == []
    assert real.plane.engine.next_instant is None
    orders.send("later")
    assert len(orders.receive()) == 1


def test_a_queue_says_how_long_a_receive_waits_that_does_not_say_so_itself(real: Ground):
    patient = Queue.made(real, "patient", ReceiveMessageWaitTimeSeconds="3")
    poll = real.plane.begin("sqs", "ReceiveMessage", {"QueueUrl": patient.url})

    real.pass_(2.9)
    assert not poll.done
    real.pass_(0.1)

    assert bodies(poll) == []


def test_a_delayed_message_is_received_when_its_delay_is_over(real: Ground, orders: Queue):
    poll = orders.poll()
    orders.send("delayed", DelaySeconds=4)

    real.pass_(3.9)
    assert not poll.done
    real.pass_(0.1)

    assert bodies(poll) == ["delayed"]


def test_a_message_comes_back_to_a_long_poll_when_its_visibility_timeout_ends_or_is_given_up(
    real: Ground, orders: Queue
):
    orders.send("again")
    [message] = orders.receive(VisibilityTimeout=7)
    first, second = orders.poll(VisibilityTimeout=1000, AttributeNames=["ApproximateReceiveCount"]), orders.poll()

    real.pass_(7)

    [again] = first.result()["Messages"]
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert again["ReceiptHandle"] != message["ReceiptHandle"]
    assert not second.done
    given = {"QueueUrl": orders.url, "ReceiptHandle": again["ReceiptHandle"], "VisibilityTimeout": 0}
    real.call("sqs", "ChangeMessageVisibility", **given)
    assert bodies(second) == ["again"]


def test_a_message_that_a_poll_does_not_hide_goes_to_the_next_one_too(orders: Queue):
    first, second, third = orders.poll(VisibilityTimeout=0), orders.poll(), orders.poll()

    orders.send("seen twice")

    assert [bodies(poll) for poll in (first, second, third)] == [["seen twice"], ["seen twice"], None]


def test_one_poll_gets_as_many_messages_as_it_asked_for(real: Ground, orders: Queue):
    few, rest = orders.poll(MaxNumberOfMessages=2), orders.poll(MaxNumberOfMessages=10)
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(5)]

    real.call("sqs", "SendMessageBatch", QueueUrl=orders.url, Entries=entries)

    assert (bodies(few), bodies(rest)) == (["0", "1"], ["2", "3", "4"])


def test_a_group_of_a_fifo_queue_goes_on_when_what_was_received_of_it_is_deleted(real: Ground):
    fifo = Queue.made(real, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    first, second, third = fifo.poll(), fifo.poll(), fifo.poll()

    fifo.send("1", MessageGroupId="a")
    fifo.send("2", MessageGroupId="a")
    fifo.send("3", MessageGroupId="b")

    assert [bodies(poll) for poll in (first, second, third)] == [["1"], ["3"], None]
    [message] = first.result()["Messages"]
    fifo.delete(message)
    assert bodies(third) == ["2"]


def test_a_client_that_hangs_up_gets_no_message_and_leaves_nothing_behind(real: Ground, orders: Queue):
    gone = orders.poll()
    assert gone.abandon is not None

    gone.abandon()
    assert real.plane.engine.next_instant is None
    there = orders.poll()
    orders.send("a")

    assert (gone.done, bodies(there)) == (False, ["a"])
    assert len(real.plane.ledger.find("sqs", "ReceiveMessage")) == 1


def test_a_poll_whose_message_somebody_takes_before_it_waits_on(real: Ground, orders: Queue):
    poll = orders.poll()

    real.plane.call("sqs", "SendMessage", QueueUrl=orders.url, MessageBody="a")
    taken = orders.receive()
    real.pass_()

    assert ([message["Body"] for message in taken], poll.done) == (["a"], False)
    orders.send("b")
    assert bodies(poll) == ["b"]


def test_a_room_within_a_task_does_not_wait(real: Ground, orders: Queue):
    answers: list[Response] = []
    given = {"QueueUrl": orders.url, "WaitTimeSeconds": 20}

    real.plane.engine.soon(lambda: answers.append(real.plane.call("sqs", "ReceiveMessage", **given)))
    real.pass_()

    assert answers == [{}]


def test_dead_letters_are_no_answer_and_reach_those_who_wait_for_them(real: Ground, orders: Queue):
    dead = Queue.made(real, "dead")
    policy = json.dumps({"deadLetterTargetArn": real.plane.arn("sqs", "dead"), "maxReceiveCount": 1})
    real.call("sqs", "SetQueueAttributes", QueueUrl=orders.url, Attributes={"RedrivePolicy": policy})
    orders.send("poison")
    orders.receive(VisibilityTimeout=3)
    poll, undertaker = orders.poll(), dead.poll()

    real.pass_(3)

    assert (poll.done, bodies(undertaker)) == (False, ["poison"])


def test_what_a_move_task_brings_back_is_received(real: Ground, orders: Queue):
    dead = Queue.made(real, "dead")
    policy = json.dumps({"deadLetterTargetArn": real.plane.arn("sqs", "dead"), "maxReceiveCount": 5})
    real.call("sqs", "SetQueueAttributes", QueueUrl=orders.url, Attributes={"RedrivePolicy": policy})
    dead.send("mended")
    poll = orders.poll()

    arns = {"SourceArn": real.plane.arn("sqs", "dead"), "DestinationArn": real.plane.arn("sqs", "orders")}
    real.call("sqs", "StartMessageMoveTask", **arns)

    assert bodies(poll) == ["mended"]


def test_a_purged_queue_keeps_who_waits_and_a_deleted_one_tells_them(real: Ground, orders: Queue):
    poll = orders.poll()

    real.call("sqs", "PurgeQueue", QueueUrl=orders.url)
    assert not poll.done
    real.call("sqs", "DeleteQueue", QueueUrl=orders.url)

    with pytest.raises(SqsError, match="queue does not exist") as raised:
        poll.result()
    assert raised.value.code.endswith("NonExistentQueue")
    assert real.plane.engine.next_instant is None


def test_a_thousand_who_wait_have_a_timer_each_and_are_served_in_their_order(real: Ground, orders: Queue):
    polls = [orders.poll() for _ in range(1_000)]
    assert real.plane.engine.waiting == 1_000

    for number in range(999):
        orders.send(str(number))

    assert [bodies(poll) for poll in polls] == [*([str(number)] for number in range(999)), None]


def test_a_message_gets_one_task_however_many_wait_and_none_where_nobody_does(real: Ground, orders: Queue):
    before = real.plane.engine.waiting
    given = {"QueueUrl": orders.url, "MessageBody": "a"}
    real.plane.call("sqs", "SendMessage", **given)
    quiet = real.plane.engine.waiting - before
    orders.receive()
    for _ in range(100):
        orders.poll()
    before = real.plane.engine.waiting

    real.plane.call("sqs", "SendMessage", **given)
    real.plane.call("sqs", "SendMessage", **given)

    assert real.plane.engine.waiting - before == 1
    assert quiet == 1  # the retention sweep's

"""A plane that waits can be kept and gone on with: who polls, and what was called, is there in the copy."""

import json
from typing import Any

from bus.local.events import EventsRoom
from bus.local.outside import Answer
from tests.local.api_destinations.cases import OAUTH, MemorySecrets
from tests.local.waits.queues import Queue, bodies
from tests.local.waits.test_api_destinations import SECOND, connect_by_token, publish, route
from tests.local.waits.world import Ground, ground


def hops(real: Ground) -> list[str]:
    return list(real.plane.ledger.lines())


def test_who_waits_in_the_copy_is_served_as_in_the_original(real: Ground, orders: Queue):
    orders.send("delayed", DelaySeconds=3)
    polls = [orders.poll(5), orders.poll(20), orders.poll(5)]
    gone = orders.poll(20)

    copied, queue, served, left = real.copy(orders, polls, gone)
    for each, one in ((real, gone), (copied, left)):
        assert one.abandon is not None
        one.abandon()
        each.pass_(3)
    queue.send("in the copy")

    assert [bodies(poll) for poll in polls] == [["delayed"], None, None]
    assert [bodies(poll) for poll in served] == [["delayed"], ["in the copy"], None]
    real.pass_(2)
    copied.pass_(2)
    assert [bodies(poll) for poll in (polls[2], served[2])] == [[], []]
    assert not polls[1].done


def test_two_copies_of_one_state_come_to_the_same_ledger(real: Ground, orders: Queue):
    topic = real.call("sns", "CreateTopic", Name="news")["TopicArn"]
    given: dict[str, Any] = {"TopicArn": topic, "Protocol": "https", "Endpoint": "https://hooks.example/"}
    real.call("sns", "Subscribe", **given)
    token = json.loads(real.world.answer(200).body)["Token"]
    real.call("sns", "ConfirmSubscription", TopicArn=topic, Token=token)
    real.call("sns", "Publish", TopicArn=topic, Message="hello")
    orders.poll()

    def go_on(each: Ground, queue: Queue) -> None:
        each.world.answer(Answer(503, seconds=1))
        queue.send("a")
        each.pass_(20)
        assert len(each.world.out) == 1
        each.world.answer(200)

    copied, queue = real.copy(orders)
    go_on(real, orders)
    go_on(copied, queue)

    assert hops(copied) == hops(real)
    assert [hop.outcome for hop in copied.plane.ledger.find("sns", "deliver")] == ["ok", "retry", "ok"]


def test_calls_to_an_api_destination_and_for_its_token_go_on_in_the_copy():
    real = ground(MemorySecrets, EventsRoom)
    Queue.made(real, "dead")
    arn = route(real, connect_by_token(real))
    publish(real, 1)
    real.pass_(3600)
    publish(real, 2)
    publish(real, 3)
    called = real.plane.rooms["events"].call_api_destination(arn, "{}", [], {}, {})

    copied, waiting = real.copy(called)
    for each in (real, copied):
        each.pass_(1)
        each.world.answer(200)
        each.world.answer(SECOND)
        for _ in range(3):
            each.world.answer(Answer(200, b"done"))
        each.pass_(0)

    assert hops(copied) == hops(real)
    assert [hop.event_id for hop in copied.plane.ledger.find("events", "deliver", "ok")] == [
        "event-1",
        "event-2",
        "event-3",
    ]
    assert waiting.result().body == b"done"


def test_a_connection_that_waits_for_its_token_gets_it_in_the_copy():
    real = ground(MemorySecrets, EventsRoom)
    given = {"Name": "shop", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": OAUTH}
    real.call("events", "CreateConnection", **given)

    [copied] = real.copy()
    copied.world.answer(SECOND)

    states = [each.call("events", "DescribeConnection", Name="shop")["ConnectionState"] for each in (real, copied)]
    assert states == ["AUTHORIZING", "AUTHORIZED"]

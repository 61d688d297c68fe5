"""Events through rules to a queue, at the operations table and through boto3, beside moto in process.

    python tests/speed/plane.py [--quick]

- PutEvents of ten entries with 1, 300 and 10,000 rules on the bus, of which one matches and has an SQS queue as its
  target, until the messages are in the queue; the event is an order of ten lines (some 2 kB). Rules match on
  `source` and `detail-type`, each another type, as services' rules do.
- Put to receive: the same with one rule, and ReceiveMessage and DeleteMessageBatch of ten after it.

moto is measured with one rule alone, and for few events: it is slow, and slows with the length of its queue.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import boto3
from hot_paths import entries
from moto import mock_aws
from rich.console import Console
from rich.table import Table

from bus.local.botocore_hook import activate
from bus.local.events import EventsRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

RULES = (1, 300, 10_000)
ROUNDS, CALLS, MOTO_CALLS = 5, 200, 10
ACCOUNT = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
QUEUE = "orders"
Ask = Callable[..., Any]


class Bus:
    """A bus with rules, one of which sends to a queue; `put` and `take` are what is measured.

    `ask(service, operation, **params)` does an AWS operation; `settle` lets what was put arrive.
    """

    def __init__(self, ask: Ask, settle: Callable[[], None], rules: int) -> None:
        self._ask, self._settle = ask, settle
        self.url = ask("sqs", "CreateQueue", QueueName=QUEUE)["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:123456789012:orders"
        for number in range(rules):
            kind = "OrderPlaced.v1" if number == rules // 2 else f"Kind{number}.v1"
            pattern = json.dumps({"source": ["omnibus.orders"], "detail-type": [kind]})
            ask("events", "PutRule", Name=f"rule-{number}", EventPattern=pattern)
            if number == rules // 2:
                ask("events", "PutTargets", Rule=f"rule-{number}", Targets=[{"Id": "queue", "Arn": arn}])
        self._batch = entries("default")

    def put(self, calls: int) -> None:
        """Put ten events, `calls` times over, until they are in the queue."""
        for _ in range(calls):
            self._ask("events", "PutEvents", Entries=self._batch)
        self._settle()

    def take(self, calls: int) -> None:
        """Receive ten messages and delete them, `calls` times over."""
        for _ in range(calls):
            received = self._ask("sqs", "ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10)["Messages"]
            assert len(received) == 10
            gone = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(received)]
            self._ask("sqs", "DeleteMessageBatch", QueueUrl=self.url, Entries=gone)


@contextmanager
def at_the_table(rules: int) -> Iterator[Bus]:
    plane = _plane()
    yield Bus(plane.call, plane.engine.run_until_idle, rules)


@contextmanager
def through_boto3(rules: int) -> Iterator[Bus]:
    plane = _plane()
    activate(plane)
    try:
        yield Bus(_boto3(), plane.engine.run_until_idle, rules)
    finally:
        activate(None)


@contextmanager
def in_moto(rules: int) -> Iterator[Bus]:
    with mock_aws():
        yield Bus(_boto3(), lambda: None, rules)


def _plane() -> Plane:
    plane = Plane()
    for room in (SqsRoom, EventsRoom):
        plane.open(room(plane))
    rooms: dict[str, Any] = plane.rooms
    rooms["events"].quotas.rules_per_bus = max(RULES)
    return plane


def _boto3() -> Ask:
    names = {
        "CreateQueue": "create_queue",
        "PutRule": "put_rule",
        "PutTargets": "put_targets",
        "PutEvents": "put_events",
        "ReceiveMessage": "receive_message",
        "DeleteMessageBatch": "delete_message_batch",
    }
    clients: dict[str, Any] = {service: boto3.client(service) for service in ("events", "sqs")}  # type: ignore[call-overload]
    return lambda service, operation, **params: getattr(clients[service], names[operation])(**params)


def best(things: int, work: Callable[[], object], after: Callable[[], object] = lambda: None) -> float:
    """Things a second in the best of several rounds; `after` is not measured."""
    seconds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
        after()
    return things / min(seconds)


def put_rate(bus: Bus, calls: int) -> float:
    """Events a second; what was put is taken out again between the rounds."""
    bus.put(calls)
    bus.take(calls)
    return best(calls * 10, lambda: bus.put(calls), lambda: bus.take(calls))


def round_trip_rate(bus: Bus, calls: int) -> float:
    def work() -> None:
        bus.put(calls)
        bus.take(calls)

    work()
    return best(calls * 10, work)


def main() -> None:
    os.environ.update(ACCOUNT)
    quick = "--quick" in sys.argv[1:]
    calls = CALLS // 10 if quick else CALLS
    table = Table(title="Events a second, PutEvents of ten to an SQS queue", title_justify="left")
    for name in ("what", "operations table", "boto3", "moto, boto3"):
        table.add_column(name, justify="left" if name == "what" else "right")
    with in_moto(1) as bus:
        moto_put, moto_trip = put_rate(bus, MOTO_CALLS), round_trip_rate(bus, MOTO_CALLS)
    for rules in RULES:
        with at_the_table(rules) as bus:
            direct = put_rate(bus, calls)
        with through_boto3(rules) as bus:
            hooked = put_rate(bus, calls)
        beside = f"{moto_put:,.0f}" if rules == 1 else ""
        table.add_row(f"put, {rules:,} rules", f"{direct:,.0f}", f"{hooked:,.0f}", beside)
    with at_the_table(1) as bus:
        direct = round_trip_rate(bus, calls)
    with through_boto3(1) as bus:
        hooked = round_trip_rate(bus, calls)
    table.add_row("put, receive and delete, 1 rule", f"{direct:,.0f}", f"{hooked:,.0f}", f"{moto_trip:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()

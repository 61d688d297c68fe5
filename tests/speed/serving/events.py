"""EventBridge: PutEvents of ten through a rule to a queue, how many and how soon.

A rate is of events that are in the queue: it is counted, and the time goes on until the last is there.
"""

import json
from time import monotonic, perf_counter, sleep

from tests.speed.serving.client import Connection, Worker, drive, request
from tests.speed.serving.contenders import Server
from tests.speed.serving.loads import SECONDS, Load, Round, new_name
from tests.speed.serving.queues import BODY, depth, purge, queue

ENTRIES = 10
SAMPLES = 60  # latencies in one round
_LONGEST = 30.0  # seconds until what was accepted is given up


def _rules(server: Server, number: int) -> tuple[bytes, str]:
    """A bus with so many rules, one of which sends to a queue; the PutEvents of ten, and the queue's URL."""
    events, name = server.client("events"), new_name("bus")
    events.create_event_bus(Name=name)
    url, arn = queue(server)
    for each in range(number):
        pattern = {"source": ["shop"], "detail-type": ["Placed" if each == 0 else f"Other{each}"]}
        events.put_rule(Name=f"r{each}", EventBusName=name, EventPattern=json.dumps(pattern))
        told = events.put_targets(Rule=f"r{each}", EventBusName=name, Targets=[{"Id": "q", "Arn": arn}])
        if told["FailedEntryCount"]:
            raise RuntimeError(told)
    detail = json.dumps({"order": "1", "note": BODY})
    entry = {"EventBusName": name, "Source": "shop", "DetailType": "Placed", "Detail": detail}
    return request("events", "PutEvents", {"Entries": [entry] * ENTRIES}), url


def _anew(server: Server, put: bytes) -> str:
    """The URL of a new queue that the first rule sends to from now on: emptying one would take longer than the load."""
    bus = json.loads(put.partition(b"\r\n\r\n")[2])["Entries"][0]["EventBusName"]
    url, arn = queue(server)
    server.client("events").put_targets(Rule="r0", EventBusName=bus, Targets=[{"Id": "q", "Arn": arn}])
    return url


def _accepted(answer: bytes) -> None:
    told = json.loads(answer)
    if told["FailedEntryCount"] or len(told["Entries"]) != ENTRIES:
        raise RuntimeError(told)


def _rate(rules: int, clients: int) -> Load:
    def prepare(server: Server) -> Round:
        put, first = _rules(server, rules)
        queues, accepted = [first], [0]

        def worker(until: float) -> Worker:
            while perf_counter() < until:
                _accepted((yield put))
                accepted[0] += ENTRIES

        def round_() -> list[float]:
            connection, accepted[0] = Connection(server.port), 0
            url = queues.pop() if queues else _anew(server, put)
            until = perf_counter() + SECONDS
            seconds = drive(server.port, [worker(until) for _ in range(clients)])
            began = perf_counter()
            _arrived(connection, url, accepted[0])
            seconds += perf_counter() - began
            server.client("sqs").delete_queue(QueueUrl=url)
            return [accepted[0] / seconds]

        return round_

    who = "1 client" if clients == 1 else f"{clients} clients"
    return Load(f"PutEvents of 10, {rules} rule{'s' * (rules > 1)}, {who}", "events/s", prepare)


def _arrived(connection: Connection, url: str, number: int) -> None:
    """Wait until so many messages are in a queue. Raises RuntimeError when they are not, or are more."""
    until = monotonic() + _LONGEST
    while (found := depth(connection, url)) != number:
        if monotonic() > until or found > number:
            message = f"{found} of {number} events arrived"
            raise RuntimeError(message)
        sleep(0.005)


def _put_to_receive(server: Server) -> Round:
    """From before PutEvents until one of its events is received, by a consumer that asks again and again."""
    put, url = _rules(server, 1)
    receive = request("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})

    def sample(connection: Connection) -> float:
        began = perf_counter()
        _accepted(connection.ask(put))
        while b"Placed" not in connection.ask(receive):
            pass
        waited = perf_counter() - began
        purge(connection, url)
        return waited * 1000

    def round_() -> list[float]:
        connection = Connection(server.port)
        return [sample(connection) for _ in range(SAMPLES)]

    return round_


def _put_to_long_poll(server: Server) -> Round:
    """From before PutEvents until the answer of a consumer that was waiting."""
    put, url = _rules(server, 1)
    receive = request("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20})

    def sample(waiting: Connection, putting: Connection) -> float:
        waiting.send(receive)
        sleep(0.02)  # it waits
        began = perf_counter()
        putting.send(put)
        answer = waiting.receive()
        waited = perf_counter() - began
        _accepted(putting.receive())
        if b"Placed" not in answer:
            raise RuntimeError(answer)
        purge(putting, url)
        return waited * 1000

    def round_() -> list[float]:
        waiting, putting = Connection(server.port), Connection(server.port)
        return [sample(waiting, putting) for _ in range(SAMPLES)]

    return round_


LOADS = (
    _rate(1, 1),
    _rate(1, 8),
    _rate(300, 1),
    Load("Put to receive", "ms", _put_to_receive, (0.5, 0.99)),
    Load("Put to a long poll", "ms", _put_to_long_poll, (0.5, 0.99)),
)

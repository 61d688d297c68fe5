"""`bus up`, with its journal on, beside ministack and moto's server: one run, one machine, one cheap client.

    python tests/speed/up.py

The client speaks HTTP over plain sockets with requests that are written once, so what is measured is the server.
Ministack and moto are installed into an environment of their own at the first run (a minute).
"""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from threading import Thread
from time import perf_counter, sleep
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.speed.serving.client import Connection, invocation, percentile, request, together
from tests.speed.serving.contenders import Server, ministack, moto, ours

SECONDS = 2.0  # of load for each figure, about
BODY = "x" * 100
ENTRIES = 10
LATENCIES = 300
CODE = "def handler(event, context):\n    return event\n"

Row = tuple[str, str, Callable[[Server], float | None]]


def queue(server: Server, name: str) -> tuple[str, str]:
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def rules(server: Server, number: int) -> tuple[bytes, str]:
    """A bus with so many rules, one of which sends to a queue; the PutEvents of ten, and the queue's URL."""
    events, name = server.client("events"), f"bus-{number}-{perf_counter_ns()}"
    events.create_event_bus(Name=name)
    url, arn = queue(server, name)
    for each in range(number):
        pattern = {"source": ["shop"], "detail-type": ["Placed" if each == 0 else f"Other{each}"]}
        events.put_rule(Name=f"r{each}", EventBusName=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=f"r{each}", EventBusName=name, Targets=[{"Id": "q", "Arn": arn}])
    detail = json.dumps({"order": "1", "note": BODY})
    entry = {"EventBusName": name, "Source": "shop", "DetailType": "Placed", "Detail": detail}
    return request("events", "PutEvents", {"Entries": [entry] * ENTRIES}), url


_COUNTER = count()


def perf_counter_ns() -> int:
    """A number that no name has yet."""
    return next(_COUNTER)


def rate(port: int, one: bytes, connections: int) -> float:
    """Requests a second."""
    few = 20
    pace = few / together(port, lambda: one, few, connections)
    number = max(few, int(pace * SECONDS))
    return number / together(port, lambda: one, number, connections)


def events_rate(number: int, connections: int) -> Callable[[Server], float]:
    def measured(server: Server) -> float:
        put, _ = rules(server, number)
        return ENTRIES * rate(server.port, put, connections)

    return measured


def put_to_receive(part: float) -> Callable[[Server], float]:
    """From before PutEvents until the event was received, by a consumer that asks again and again."""

    def measured(server: Server) -> float:
        put, url = rules(server, 1)
        one = put.replace(b"", b"")
        connection, waits = Connection(server.port), []
        receive = request("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})
        for _ in range(LATENCIES):
            began = perf_counter()
            connection.ask(one)
            got = 0
            while got < ENTRIES:
                messages = json.loads(connection.ask(receive)).get("Messages", [])
                got += len(messages)
                if got:
                    waits.append(perf_counter() - began)
                    break
            delete_all(connection, url, messages)
        return percentile(waits, part)

    return measured


def delete_all(connection: Connection, url: str, messages: list[dict[str, Any]]) -> None:
    entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
    if entries:
        connection.ask(request("sqs", "DeleteMessageBatch", {"QueueUrl": url, "Entries": entries}))


def long_poll(part: float) -> Callable[[Server], float]:
    """From before PutEvents until the answer of a consumer that was waiting for it."""

    def measured(server: Server) -> float:
        put, url = rules(server, 1)
        waiting, putting = Connection(server.port), Connection(server.port)
        receive = request("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20})
        waits = []
        for _ in range(LATENCIES // 3):
            waiting.send(receive)
            sleep(0.02)  # it waits
            began = perf_counter()
            putting.send(put)
            messages = json.loads(waiting.receive()).get("Messages", [])
            waits.append(perf_counter() - began)
            putting.receive()
            while messages:
                delete_all(putting, url, messages)
                short = {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0}
                messages = json.loads(putting.ask(request("sqs", "ReceiveMessage", short))).get("Messages", [])
        return percentile(waits, part)

    return measured


def cycles(threads: int) -> Callable[[Server], float]:
    """Send, receive and delete, a message each; cycles a second."""

    def measured(server: Server) -> float:
        url, _ = queue(server, f"cycles-{threads}-{perf_counter_ns()}")
        done: list[int] = []

        def work() -> None:
            connection, number, until = Connection(server.port), 0, perf_counter() + SECONDS
            send = request("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": BODY})
            receive = request("sqs", "ReceiveMessage", {"QueueUrl": url})
            while perf_counter() < until:
                connection.ask(send)
                for message in json.loads(connection.ask(receive)).get("Messages", []):
                    handle = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
                    connection.ask(request("sqs", "DeleteMessage", handle))
                    number += 1
            done.append(number)

        began = perf_counter()
        workers = [Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sum(done) / (perf_counter() - began)

    return measured


def put_item(server: Server) -> float:
    dynamodb, name = server.client("dynamodb"), f"table-{perf_counter_ns()}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    numbers, pace = count(), 300

    def one() -> bytes:
        return request(
            "dynamodb", "PutItem", {"TableName": name, "Item": {"id": {"S": str(next(numbers))}, "v": {"S": BODY}}}
        )

    seconds = together(server.port, one, pace, 1)
    number = max(pace, int(pace / seconds * SECONDS))
    return number / together(server.port, one, number, 1)


def function(server: Server) -> str:
    whole, name = io.BytesIO(), f"function-{perf_counter_ns()}"
    with zipfile.ZipFile(whole, "w") as files:
        files.writestr("code_.py", CODE)
    role = "arn:aws:iam::000000000000:role/any"
    server.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="code_.handler",
        Code={"ZipFile": whole.getvalue()},
    )
    return name


def cold(server: Server) -> float | None:
    """The first invocation of a function; the median of five, in milliseconds."""
    if server.name == "moto":
        return None  # it runs functions in Docker alone
    took = []
    for _ in range(5):
        name, connection = function(server), Connection(server.port)
        sleep(0.5)
        began = perf_counter()
        connection.ask(invocation(name, b"{}"))
        took.append(perf_counter() - began)
    return percentile(took, 0.5)


def warm(part: float) -> Callable[[Server], float | None]:
    def measured(server: Server) -> float | None:
        if server.name == "moto":
            return None  # as cold
        name, connection, took = function(server), Connection(server.port), []
        sleep(0.5)
        for _ in range(LATENCIES // 3):
            began = perf_counter()
            connection.ask(invocation(name, b"{}"))
            took.append(perf_counter() - began)
        return percentile(took[5:], part)

    return measured


ROWS: tuple[Row, ...] = (
    ("PutEvents of 10, 1 rule, 1 connection", "events/s", events_rate(1, 1)),
    ("PutEvents of 10, 1 rule, 8 connections", "events/s", events_rate(1, 8)),
    ("PutEvents of 10, 300 rules", "events/s", events_rate(300, 1)),
    ("Put to receive, p50", "ms", put_to_receive(0.5)),
    ("Put to receive, p99", "ms", put_to_receive(0.99)),
    ("Put to a long poll, p50", "ms", long_poll(0.5)),
    ("Put to a long poll, p99", "ms", long_poll(0.99)),
    ("SQS send, receive, delete, 1 connection", "cycles/s", cycles(1)),
    ("SQS send, receive, delete, 4 connections", "cycles/s", cycles(4)),
    ("DynamoDB PutItem", "items/s", put_item),
    ("Function, cold", "ms", cold),
    ("Function, warm, p50", "ms", warm(0.5)),
    ("Function, warm, p99", "ms", warm(0.99)),
    ("Memory after all of this", "MB", lambda server: server.resident()),
)


def main() -> None:
    contenders: tuple[Callable[[], AbstractContextManager[Server]], ...] = (ours, ministack, moto)
    columns: list[list[str]] = []
    names = []
    for contender in contenders:
        with contender() as server:
            names.append(server.name)
            columns.append([_measured(measure, server, unit) for _, unit, measure in ROWS])
    table = Table(title="bus up, ministack and moto's server", title_justify="left")
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("unit")
    for number, (label, unit, _) in enumerate(ROWS):
        table.add_row(label, *(column[number] for column in columns), unit)
    Console().print(table)


def _measured(measure: Callable[[Server], float | None], server: Server, unit: str) -> str:
    try:
        figure = measure(server)
    except Exception as error:  # noqa: BLE001 - a contender that cannot is part of the answer
        return f"{type(error).__name__}"
    if figure is None:
        return "-"
    return f"{figure:,.1f}" if unit == "ms" else f"{figure:,.0f}"


if __name__ == "__main__":
    main()

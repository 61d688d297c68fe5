"""What durability costs: the journal for each write, and what a recovery does again; a snapshot, and reading one.

    python tests/speed/journal.py [messages in the queue, such as: 100000]

A write is taken as `bus up` takes it, in process: appended to the journal in a file, then applied. Microseconds are of
the median round. "Work of 100,000" is what applying so many takes: a recovery would have to do it again if there were
no snapshots; with them it has to do `REPLAYED` seconds of it, and what came while the snapshot was written: three times
`REPLAYED` at most.
"""

import gc
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from moto import mock_aws
from rich.console import Console
from rich.table import Table

from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.up.inputs import Call, Input
from bus.local.up.journal import Journal
from bus.local.up.live import REPLAYED
from bus.local.up.machine import Machine
from bus.local.up.state import State

ROUNDS, WRITES = 5, 2_000
LENGTHS = (10_000, 100_000)
BODY = "x" * 100
_EVENT = {"Source": "shop", "DetailType": "Placed", "Detail": f'{{"order": "1", "note": "{BODY}"}}'}
_NUMBERS = count()
Write = Callable[[], Input]


@contextmanager
def kept() -> Iterator[tuple[Machine, State]]:
    """A machine with a queue, a table, and a rule, and its state in a folder."""
    with tempfile.TemporaryDirectory() as folder, mock_aws():
        plane = Plane()
        open_all(plane)
        plane.ledger.limit(20_000)
        machine, state = Machine(plane), State(Path(folder))
        url = plane.call("sqs", "CreateQueue", QueueName="orders")["QueueUrl"]
        arn = plane.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        plane.call("events", "PutRule", Name="placed", EventPattern='{"detail-type": ["Placed"]}')
        plane.call("events", "PutTargets", Rule="placed", Targets=[{"Id": "queue", "Arn": arn}])
        plane.call(
            "dynamodb",
            "CreateTable",
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        state.begin(machine)
        yield machine, state
        state.finish()


def asked(service: str, operation: str, params: dict[str, Any]) -> Call:
    return Call(service, operation, params, "")


def item() -> dict[str, Any]:
    return {"TableName": "orders", "Item": {"id": {"S": str(next(_NUMBERS))}, "note": {"S": BODY}}}


def send() -> Call:
    return asked("sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1:4566/123456789012/orders", "MessageBody": BODY})


WRITES_OF: dict[str, Write] = {
    "SendMessage": send,
    "PutItem": lambda: asked("dynamodb", "PutItem", item()),
    "TransactWriteItems of 2": lambda: asked(
        "dynamodb", "TransactWriteItems", {"TransactItems": [{"Put": item()}, {"Put": item()}]}
    ),
    "PutEvents of 1": lambda: asked("events", "PutEvents", {"Entries": [_EVENT]}),
    "PutEvents of 10": lambda: asked("events", "PutEvents", {"Entries": [_EVENT] * 10}),
    "a record of 64 KB": lambda: asked("sqs", "SendMessage", {**send().params, "MessageBody": "x" * 65_536}),
}


def each(work: Callable[[Input], object], given: list[Input]) -> float:
    """Microseconds."""
    began = perf_counter()
    for one in given:
        work(one)
    return (perf_counter() - began) / len(given) * 1e6


def writes() -> Table:
    """What each kind of write costs, and what its replay does."""
    table = Table("write", "record, bytes", "its append, µs", "applied, µs", "10,000 replayed, s", "work of 100,000, s")
    for name, write in WRITES_OF.items():
        with kept() as (machine, state):
            appended, applied = [], []
            for _ in range(ROUNDS):
                given = [write() for _ in range(WRITES)]
                appended.append(each(lambda one: state.append(time.time(), one), given))
                applied.append(each(lambda one: machine.apply(time.time(), one).result(), given))
            size = len(pickle.dumps((time.time(), write()), protocol=5))
            again = State(state.folder).recover()
            second = again.replaying / again.inputs
        row = (size, median(appended), median(applied), second * 10_000, second * 100_000)
        table.add_row(name, *(f"{figure:,.{places}f}" for figure, places in zip(row, (0, 1, 0, 2, 1), strict=True)))
    return _right(table)


def snapshots(lengths: tuple[int, ...]) -> Table:
    """What a snapshot stops, costs and takes to read, by the messages in a queue."""
    table = Table("messages", "pause at the fork, ms", "the child's work, s", "snapshot, MB", "read, s")
    for length in lengths:
        with kept() as (machine, state):
            for _ in range(length):
                machine.apply(time.time(), send())
            gc.collect()
            pauses, took = [], []
            for _ in range(3):
                began = perf_counter()
                state.snapshot(machine)
                pauses.append((perf_counter() - began) * 1000)
                state.finish()
                took.append(perf_counter() - began)
            size = max(file.stat().st_size for file in state.folder.iterdir())
            read = State(state.folder).recover().reading
        row = (length, median(pauses), median(took), size / 1e6, read)
        table.add_row(*(f"{figure:,.{places}f}" for figure, places in zip(row, (0, 1, 2, 1, 2), strict=True)))
    return _right(table)


def written() -> float:
    """Microseconds of the append of a small record alone, without pickling it."""
    with tempfile.TemporaryDirectory() as folder:
        journal, record = Journal(Path(folder) / "journal"), pickle.dumps(send(), protocol=5)
        return median(each(lambda _: journal.append(record), [send()] * WRITES) for _ in range(ROUNDS))


def _right(table: Table) -> Table:
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def main(lengths: tuple[int, ...]) -> None:
    """Print the tables."""
    console = Console(width=120)
    console.print(snapshots(lengths))  # first: a fork takes the longer, the more memory the process has had
    console.print(writes(), f"Of an append the write to the file is {written():.1f} µs. REPLAYED is {REPLAYED} s.")


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or LENGTHS)

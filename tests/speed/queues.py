"""SQS with ten, ten thousand and a million messages in the queue, beside moto in process.

    python tests/speed/queues.py [most]

Each figure is messages a second through SendMessage, ReceiveMessage and DeleteMessage, one message a call, while the
queue holds as many as its row says: at the operations table, through boto3, and with moto. Bytes are what the process
grew by for each message held, the ledger's line about it included. `most` leaves out longer queues.
"""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import boto3
from moto import mock_aws
from rich.console import Console
from rich.table import Table

from bus.local.botocore_hook import activate
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

LENGTHS = (10, 10_000, 1_000_000)
MOTO_LENGTHS = (10, 1_000)
ROUNDS, CYCLES, MOTO_CYCLES = 5, 2_000, 100
GROUPS = 1_000
BODY = "x" * 100
PAGE = 4_096
Call = Callable[..., Any]


def resident() -> int:
    """Bytes of memory that the process has in use."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def grouping(number: int, *, fifo: bool) -> dict[str, str]:
    if not fifo:
        return {}
    return {"MessageGroupId": f"group-{number % GROUPS}", "MessageDeduplicationId": str(number)}


def create(call: Call, *, fifo: bool) -> str:
    attributes = {"FifoQueue": "true"} if fifo else {}
    return str(call("CreateQueue", QueueName="orders.fifo" if fifo else "orders", Attributes=attributes)["QueueUrl"])


def cycles_a_second(call: Call, url: str, first: int, cycles: int, *, fifo: bool) -> float:
    """Messages a second, sent, received and deleted; the queue's length stays. The best of several rounds."""
    best = 0.0
    for round_ in range(ROUNDS):
        started = perf_counter()
        for number in range(first + round_ * cycles, first + (round_ + 1) * cycles):
            call("SendMessage", QueueUrl=url, MessageBody=BODY, **grouping(number, fifo=fifo))
            [message] = call("ReceiveMessage", QueueUrl=url)["Messages"]
            call("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        best = max(best, cycles / (perf_counter() - started))
    return best


def through(client: Any) -> Call:
    """A boto3 client, called as the operations table is."""
    methods = {
        "CreateQueue": client.create_queue,
        "SendMessage": client.send_message,
        "ReceiveMessage": client.receive_message,
        "DeleteMessage": client.delete_message,
    }
    return lambda operation, **params: methods[operation](**params)


def ours(length: int, *, fifo: bool) -> tuple[float, float, float]:
    """At the operations table, through boto3, and bytes a message held."""
    plane = Plane()
    plane.open(SqsRoom(plane))

    def table(operation: str, **params: object) -> Any:
        return plane.call("sqs", operation, **params)

    url = create(table, fifo=fifo)
    before = resident()
    for number in range(length):
        table("SendMessage", QueueUrl=url, MessageBody=BODY + str(number), **grouping(number, fifo=fifo))
    held = (resident() - before) / length
    direct = cycles_a_second(table, url, length, CYCLES, fifo=fifo)
    activate(plane)
    try:
        client = boto3.client("sqs", region_name=plane.region)
        by_boto3 = cycles_a_second(through(client), url, 2 * length + ROUNDS * CYCLES, CYCLES, fifo=fifo)
    finally:
        activate(None)
    return direct, by_boto3, held


def with_moto(length: int, *, fifo: bool) -> float:
    with mock_aws():
        call = through(boto3.client("sqs", region_name="us-east-1"))
        url = create(call, fifo=fifo)
        for number in range(length):
            call("SendMessage", QueueUrl=url, MessageBody=BODY, **grouping(number, fifo=fifo))
        return cycles_a_second(call, url, length, MOTO_CYCLES, fifo=fifo)


def main(most: int) -> None:
    table = Table(title="SQS: send, receive, delete; messages a second", title_justify="left")
    for name in ("queue", "messages in it", "operations table", "boto3", "moto", "bytes a message"):
        table.add_column(name, justify="left" if name == "queue" else "right")
    for kind, fifo in (("standard", False), ("FIFO", True)):
        for length in (one for one in LENGTHS if one <= most):
            direct, by_boto3, held = ours(length, fifo=fifo)
            # Shorter queues fit into what the process has left of those before them.
            weight = f"{held:,.0f}" if length == LENGTHS[-1] else ""
            table.add_row(kind, f"{length:,}", f"{direct:,.0f}", f"{by_boto3:,.0f}", "", weight)
        for length in MOTO_LENGTHS:
            table.add_row(kind, f"{length:,}", "", "", f"{with_moto(length, fifo=fifo):,.0f}", "")
    Console().print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LENGTHS[-1])

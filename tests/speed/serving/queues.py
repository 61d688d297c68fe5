"""SQS: a message sent, received and deleted, by one client and by four."""

import json
from time import perf_counter

from tests.speed.serving.client import Connection, Worker, drive, request
from tests.speed.serving.contenders import Server
from tests.speed.serving.loads import SECONDS, Load, Round, new_name

BODY = "x" * 100


def queue(server: Server) -> tuple[str, str]:
    """The URL and the ARN of a new queue."""
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName=new_name("queue"))["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def depth(connection: Connection, url: str) -> int:
    """How many messages a queue has to receive."""
    asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    told = connection.call(request("sqs", "GetQueueAttributes", asked))
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def purge(connection: Connection, url: str) -> None:
    """Empty a queue of what can be received: AWS allows PurgeQueue once a minute."""
    receive = request("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})
    while messages := connection.call(receive).get("Messages"):
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        told = connection.call(request("sqs", "DeleteMessageBatch", {"QueueUrl": url, "Entries": entries}))
        if told.get("Failed"):
            raise RuntimeError(told)


def _cycles(clients: int) -> Load:
    def prepare(server: Server) -> Round:
        url, _ = queue(server)
        send = request("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": BODY})
        receive = request("sqs", "ReceiveMessage", {"QueueUrl": url})
        done = [0]

        def worker(until: float) -> Worker:
            while perf_counter() < until:
                yield send
                for message in json.loads((yield receive)).get("Messages", ()):
                    if message["Body"] != BODY:
                        raise RuntimeError(message)
                    yield request("sqs", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
                    done[0] += 1

        def round_() -> list[float]:
            done[0], until = 0, perf_counter() + SECONDS
            return [1 / drive(server.port, [worker(until) for _ in range(clients)]) * done[0]]

        return round_

    return Load(f"SQS send, receive, delete, {clients} {'client' if clients == 1 else 'clients'}", "cycles/s", prepare)


LOADS = (_cycles(1), _cycles(4))

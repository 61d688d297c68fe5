"""Work for a platform that may be killed at any moment, and the account of what it acknowledged."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.up.project import Platform


class Load:
    """Threads that each do one kind of work until the platform is gone; only what was answered counts."""

    def __init__(self) -> None:
        self._ids = count(1)
        self.items: dict[str, str] = {}
        self.events: set[str] = set()
        self.sent: set[str] = set()
        self.maybe_deleted: set[str] = set()
        self.received: Counter[str] = Counter()
        self.objects: set[str] = set()
        self.invoked: set[str] = set()
        self.failures: list[str] = []
        self.invoking = True  # functions too

    def run(self, platform: Platform) -> list[threading.Thread]:
        """Start the threads; each ends when the platform no longer answers."""
        kinds = [self._put_items, self._put_events, self._send, self._consume, self._put_objects]
        if self.invoking:
            kinds.append(self._invoke)
        threads = [threading.Thread(target=self._until_gone, args=(platform, kind), daemon=True) for kind in kinds]
        for thread in threads:
            thread.start()
        return threads

    def _until_gone(self, platform: Platform, kind: Callable[[Platform], Callable[[], None]]) -> None:
        step = kind(platform)
        try:
            while True:
                step()
        except ClientError as error:
            self.failures.append(f"{kind.__name__}: {error}")
        except BotoCoreError:
            return  # it is gone

    def _new(self) -> str:
        return f"n{next(self._ids)}"

    def _put_items(self, platform: Platform) -> Callable[[], None]:
        dynamodb = platform.client("dynamodb")

        def step() -> None:
            one = self._new()
            dynamodb.put_item(TableName="things", Item={"id": {"S": one}, "value": {"S": one * 20}})
            self.items[one] = one * 20

        return step

    def _put_events(self, platform: Platform) -> Callable[[], None]:
        events = platform.client("events")

        def step() -> None:
            ids = [self._new() for _ in range(5)]
            entry = {"EventBusName": "small", "Source": "case", "DetailType": "Case"}
            answer = events.put_events(Entries=[{**entry, "Detail": json.dumps({"id": one})} for one in ids])
            assert answer["FailedEntryCount"] == 0
            self.events.update(ids)

        return step

    def _send(self, platform: Platform) -> Callable[[], None]:
        sqs = platform.client("sqs")
        url = sqs.get_queue_url(QueueName="work")["QueueUrl"]

        def step() -> None:
            one = self._new()
            sqs.send_message(QueueUrl=url, MessageBody=one)
            self.sent.add(one)

        return step

    def _consume(self, platform: Platform) -> Callable[[], None]:
        sqs = platform.client("sqs")
        url = sqs.get_queue_url(QueueName="work")["QueueUrl"]

        def step() -> None:
            answer = sqs.receive_message(QueueUrl=url, VisibilityTimeout=1, WaitTimeSeconds=1, MaxNumberOfMessages=2)
            for number, message in enumerate(answer.get("Messages", ())):
                self.received[message["Body"]] += 1
                if number == 0:  # the other comes back
                    self.maybe_deleted.add(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

        return step

    def _put_objects(self, platform: Platform) -> Callable[[], None]:
        s3 = platform.client("s3")

        def step() -> None:
            one = self._new()
            s3.put_object(Bucket="objects", Key=one, Body=one.encode())
            self.objects.add(one)

        return step

    def _invoke(self, platform: Platform) -> Callable[[], None]:
        client: Any = platform.client("lambda")

        def step() -> None:
            one = self._new()
            client.invoke(FunctionName="writer", InvocationType="Event", Payload=json.dumps({"id": one}))
            self.invoked.add(one)

        return step

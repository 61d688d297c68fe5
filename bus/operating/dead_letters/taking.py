"""Takes messages out of a queue for a while, and puts back what is not deleted."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import ClientError

from bus.operating.account import Account, code_of
from bus.operating.dead_letters.message import Message
from bus.operating.queues import Queue

_BATCH = 10  # messages of one call
_HIDDEN = 300  # seconds that a taken message stays invisible, so that it is not taken twice
_FULL = "OverLimit"  # 120,000 messages are in flight: nothing more can be received (API reference, ReceiveMessage)


class Taking:
    """A context manager: whatever is still taken at its end is visible again at once; if the process is killed, after
    five minutes.

    Each taking counts as a receive (SQS has no other way to look): a queue with a redrive policy of its own moves
    what was looked at too often.
    """

    def __init__(self, account: Account, queue: Queue) -> None:
        self._sqs, self._queue = account.client("sqs"), queue
        # A short poll asks some of SQS's servers only, and may find nothing where there is something.
        self._wait = 0 if account.here else 1
        self._began = account.clock.now()
        self._held: dict[str, Message] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back(list(self._held.values()))

    def messages(self) -> Iterator[Message]:
        """Each message once that was there when the taking began.

        What a consumer gives up meanwhile has been sent later, and stays; so a redrive into a consumer that is
        still broken comes to an end.
        """
        seen: set[str] = set()
        while batch := self._receive():
            self._held |= {message.id: message for message in batch}
            new = [message for message in batch if message.id not in seen]
            if not new:
                return
            seen |= {message.id for message in new}
            yield from (message for message in new if message.sent <= self._began)

    def delete(self, message: Message) -> None:
        """It is dealt with. Raises ClientError."""
        self._sqs.delete_message(QueueUrl=self._queue.url, ReceiptHandle=message.receipt)
        self._held.pop(message.id, None)

    def _receive(self) -> list[Message]:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._queue.url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_HIDDEN,
                WaitTimeSeconds=self._wait,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        except ClientError as error:
            if code_of(error) == _FULL:
                return []
            raise
        return [Message(raw) for raw in answer.get("Messages", ())]

    def _give_back(self, messages: list[Message]) -> None:
        for at in range(0, len(messages), _BATCH):
            entries: list[dict[str, Any]] = [
                {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": 0}
                for number, message in enumerate(messages[at : at + _BATCH])
            ]
            # What is refused comes back by itself when it is visible again.
            self._sqs.change_message_visibility_batch(QueueUrl=self._queue.url, Entries=entries)
        self._held.clear()

"""PutEvents answers 200 even when it refuses entries: who got through, who may try again, who may not."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bus.sdk.entries import Entry, requests
from bus.sdk.envelope import Outgoing
from bus.sdk.errors import Refused

# PutEventsResultEntry.ErrorCode names the first two; the others are how a whole call says the same.
_RETRYABLE = frozenset(
    {"InternalFailure", "ThrottlingException", "Throttling", "InternalException", "ServiceUnavailable"}
)
_SERVER_ERROR = 500


class Delivery:
    """Events on their way. Each `attempt` sends what is still waiting, and only that."""

    def __init__(self, events: Any, entries: Sequence[Entry]) -> None:
        self._events = events
        self.waiting: list[Entry] = list(entries)
        self.accepted: list[Outgoing] = []
        self._refused: dict[int, Refused] = {}

    @property
    def refused(self) -> list[Refused]:
        """What is not on the bus, with the last reason that EventBridge gave."""
        return list(self._refused.values())

    def attempt(self) -> None:
        """Sends what is waiting; afterwards only what may be tried again waits."""
        entries, self.waiting = self.waiting, []
        for batch in requests(entries):
            self._send(batch)

    def _send(self, batch: list[Entry]) -> None:
        try:
            response = self._events.put_events(Entries=[entry.request for entry in batch])
        except ClientError as error:
            self._refuse_all(batch, error.response["Error"]["Code"], str(error), retryable=_is_retryable(error))
        except BotoCoreError as error:
            # botocore has retried the connection already; the request may even have arrived, which the
            # event ids make harmless.
            self._refuse_all(batch, type(error).__name__, str(error), retryable=True)
        else:
            for entry, result in zip(batch, response["Entries"], strict=True):
                self._settle(entry, result)

    def _settle(self, entry: Entry, result: dict[str, Any]) -> None:
        if "ErrorCode" in result:
            code = result["ErrorCode"]
            self._refuse(entry, code, result.get("ErrorMessage", ""), retryable=code in _RETRYABLE)
        else:
            self._refused.pop(id(entry), None)
            self.accepted.append(entry.outgoing)

    def _refuse_all(self, batch: list[Entry], code: str, message: str, *, retryable: bool) -> None:
        for entry in batch:
            self._refuse(entry, code, message, retryable=retryable)

    def _refuse(self, entry: Entry, code: str, message: str, *, retryable: bool) -> None:
        self._refused[id(entry)] = Refused(entry.outgoing, code, message)
        if retryable:
            self.waiting.append(entry)


def _is_retryable(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"]["Code"] in _RETRYABLE or status >= _SERVER_ERROR

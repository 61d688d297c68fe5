"""An event on a bus: what patterns see, and the text that targets receive."""

from typing import Any

import orjson


class Event:
    """One event. `fields` is the parsed envelope.

    `event_id` is what the ledger follows: `detail.metadata.event_id`, else EventBridge's own id.
    `ingested` is the epoch second at which the bus took it; `trace` its X-Ray header.
    """

    __slots__ = ("_data", "_detail", "_text", "event_id", "fields", "ingested", "trace")

    def __init__(self, fields: dict[str, Any], detail: str, *, ingested: float, trace: str | None = None) -> None:
        self.fields, self.ingested, self.trace = fields, ingested, trace
        self._detail = detail
        self._text: str | None = None
        self._data: bytes | None = None
        metadata = fields["detail"].get("metadata")
        own = metadata.get("event_id") if isinstance(metadata, dict) else None
        self.event_id: str = own if isinstance(own, str) else fields["id"]

    @property
    def text(self) -> str:
        """The event as JSON, made once however many targets there are; the detail is the publisher's own text."""
        if self._text is None:
            self._text = f'{self.envelope[:-1]},"detail":{self._detail}}}'
        return self._text

    @property
    def data(self) -> bytes:
        """`text` in UTF-8."""
        if self._data is None:
            self._data = self.text.encode()
        return self._data

    @property
    def envelope(self) -> str:
        """The event as JSON without its detail."""
        around = self.fields.copy()
        del around["detail"]
        return orjson.dumps(around).decode()

    def replayed(self, replay: str, now: float) -> "Event":
        """This event as a replay sends it (user guide, "Archiving and replaying events")."""
        return Event({**self.fields, "replay-name": replay}, self._detail, ingested=now, trace=self.trace)

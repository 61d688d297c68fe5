"""An event on a bus: what patterns see, and the text that targets receive."""

from functools import cached_property
from json import dumps
from typing import Any


class Event:
    """One event. `fields` is the parsed envelope, `text` its JSON, made once however many targets there are.

    `event_id` is what the ledger follows: `detail.metadata.event_id`, else EventBridge's own id.
    `ingested` is the epoch second at which the bus took it.
    """

    def __init__(self, fields: dict[str, Any], detail: str, *, ingested: float, trace: str | None = None) -> None:
        self.fields, self.ingested, self.trace = fields, ingested, trace
        self._detail = detail
        metadata = fields["detail"].get("metadata")
        own = metadata.get("event_id") if isinstance(metadata, dict) else None
        self.event_id: str = own if isinstance(own, str) else fields["id"]

    @cached_property
    def text(self) -> str:
        """The event as JSON; the detail is the publisher's own text."""
        return f'{self.envelope[:-1]},"detail":{self._detail}}}'

    @cached_property
    def envelope(self) -> str:
        """The event as JSON without its detail."""
        around = {name: value for name, value in self.fields.items() if name != "detail"}
        return dumps(around, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def data(self) -> bytes:
        """`text` in UTF-8."""
        return self.text.encode()

    def replayed(self, replay: str, now: float) -> "Event":
        """This event as a replay sends it (user guide, "Archiving and replaying events")."""
        return Event({**self.fields, "replay-name": replay}, self._detail, ingested=now, trace=self.trace)

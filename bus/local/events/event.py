"""An event on a bus: what patterns see, and the text that targets receive."""

import json
from typing import Any

import orjson

_OWN = object()


class Event:
    """One event: `envelope` is its fields without the detail, `detail` its detail as the publisher wrote it.

    The detail is parsed when somebody first asks for `fields`, for most events are matched and sent on as text.
    `event_id` is what the ledger follows: `detail.metadata.event_id`, else EventBridge's own id. `correlation_id` is
    that of `detail.metadata`, where there is one. `ingested` is the epoch second at which the bus took it; `trace` its
    X-Ray header. It is `forwarded` when another bus sent it on.
    """

    __slots__ = (
        "_data",
        "_detail",
        "_fields",
        "_text",
        "correlation_id",
        "event_id",
        "forwarded",
        "ingested",
        "trace",
    )

    def __init__(
        self,
        fields: dict[str, Any],
        detail: str,
        *,
        ingested: float,
        trace: str | None = None,
        forwarded: bool = False,
        metadata: Any = _OWN,
    ) -> None:
        """Of all its fields; or of those but the detail, together with the detail's `metadata`."""
        self._fields, self._detail = fields, detail
        self.ingested, self.trace, self.forwarded = ingested, trace, forwarded
        self._text: str | None = None
        self._data: bytes | None = None
        self.event_id: str = fields["id"]
        self.correlation_id: str | None = None
        if metadata is _OWN:
            metadata = fields["detail"].get("metadata")
        if isinstance(metadata, dict):
            own, correlation = metadata.get("event_id"), metadata.get("correlation_id")
            if isinstance(own, str) and own:
                self.event_id = own
            if isinstance(correlation, str) and correlation:
                self.correlation_id = correlation

    @property
    def id(self) -> str:
        """EventBridge's own id."""
        return str(self._fields["id"])

    @property
    def detail_type(self) -> str:
        """What kind of event it is."""
        return str(self._fields["detail-type"])

    @property
    def parsed(self) -> bool:
        """Whether `fields` can be had for nothing."""
        return "detail" in self._fields

    @property
    def fields(self) -> dict[str, Any]:
        """The whole event, parsed."""
        if "detail" not in self._fields:
            self._fields["detail"] = _parsed(self._detail)
        return self._fields

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
        around = self._fields
        if "detail" in around:
            around = around.copy()
            del around["detail"]
        return orjson.dumps(around).decode()

    def replayed(self, replay: str, now: float) -> "Event":
        """This event as a replay sends it (user guide, "Archiving and replaying events")."""
        return Event({**self.fields, "replay-name": replay}, self._detail, ingested=now, trace=self.trace)

    def sent_on(self, now: float) -> "Event":
        """This event as another bus receives it: with its id and time (user guide, "Sending events between buses")."""
        return Event(self.fields, self._detail, ingested=now, trace=self.trace, forwarded=True)


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)  # a number past all bounds, which orjson alone refuses

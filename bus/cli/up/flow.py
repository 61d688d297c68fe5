"""A hop of the ledger as a line for people."""

from datetime import datetime

from bus.cli.up.painting import Paint
from bus.local.ledger import Hop
from bus.local.up.names import Told

_COLOURS = {
    "ok": "good",
    "retry": "waiting",
    "expired": "waiting",
    "filtered": "faint",
    "duplicate": "faint",
    "dropped": "faint",
}
# Botocore's names that say little.
_SERVICES = {"apigatewayv2": "http api", "outside": "world", "dynamodbstreams": "streams"}
INDENT = " " * 14


class FlowLines:
    """Local time, the kind of event and the end of its id, which is where ids differ, what was done, where, how.

    Of one story the time is followed by that since its first hop.
    """

    def __init__(self, paint: Paint, *, since_first: bool = False) -> None:
        self._paint, self._since_first = paint, since_first
        self._first: float | None = None

    def line(self, told: Told) -> str:
        """One line."""
        hop, paint = told.hop, self._paint
        kind = told.detail_type or ""
        whose = f"{kind} …{hop.event_id[-6:]}" if hop.event_id else ""
        did = f"{_SERVICES.get(hop.service, hop.service):8} {hop.action:18}"
        parts = (
            paint(self._time(hop), "faint"),
            f"{whose:29}",
            paint(did, hop.service),
            f"{told.place:44}",
            paint(hop.outcome, _COLOURS.get(hop.outcome, "good" if hop.outcome.startswith("2") else "bad")),
            *([paint(f"attempt {hop.attempt}", "waiting")] if hop.attempt > 1 else []),
            *([paint(told.note, "faint")] if told.note else []),
        )
        return "  ".join(parts)

    def _time(self, hop: Hop) -> str:
        at = datetime.fromtimestamp(hop.at).astimezone().strftime("%H:%M:%S.%f")[:-3]
        if not self._since_first:
            return at
        self._first = hop.at if self._first is None else self._first
        return f"{at} {hop.at - self._first:+10.3f} s"

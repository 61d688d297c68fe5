"""A hop of the ledger as a line for people."""

from datetime import datetime

from rich.text import Text

from bus.local.ledger import Hop

_GOOD, _WAITING, _BAD = "green", "yellow", "bold red"
_STYLES = {
    "ok": _GOOD,
    "retry": _WAITING,
    "filtered": "dim",
    "duplicate": "dim",
    "dropped": "dim",
    "expired": _WAITING,
    "dead-letter": _BAD,
    "lost": _BAD,
    "failed": _BAD,
}
_SERVICE_STYLES = {
    "events": "magenta",
    "sqs": "cyan",
    "sns": "blue",
    "lambda": "bright_yellow",
    "pipes": "bright_magenta",
    "apigatewayv2": "bright_blue",
    "firehose": "bright_cyan",
    "kinesis": "bright_cyan",
    "outside": "bright_green",
}


class FlowLines:
    """Local time, the event's id (its end, which differs), the service and what it did, where, and what came of it.

    Of one story the time is that since its first hop.
    """

    def __init__(self, *, since_first: bool = False) -> None:
        self._since_first = since_first
        self._first: float | None = None

    def line(self, hop: Hop) -> Text:
        """One line."""
        self._first = hop.at if self._first is None else self._first
        at = datetime.fromtimestamp(hop.at).astimezone().strftime("%H:%M:%S.%f")[:-3]
        if self._since_first:
            at = f"{at} +{hop.at - self._first:8.3f} s"
        attempt = f" attempt {hop.attempt}" if hop.attempt > 1 else ""
        note = f"  {hop.note}" if hop.note else ""
        return Text.assemble(
            (at, "dim"),
            f"  {(hop.event_id or '')[-8:]:8}  ",
            (f"{hop.service:12} {hop.action:16} ", _SERVICE_STYLES.get(hop.service, "")),
            f"{place(hop.resource):44} ",
            (hop.outcome, _STYLES.get(hop.outcome, _BAD)),
            attempt,
            (note, "dim"),
            no_wrap=True,
        )


def place(resource: str) -> str:
    """The name in an ARN, or the resource as it is."""
    if resource.startswith("arn:"):
        parts = resource.split(":", 5)
        return parts[5] if len(parts) > 5 else resource  # noqa: PLR2004 - an ARN has six parts
    return resource

"""Times as people say them: ISO 8601, or so long ago."""

import re
from datetime import UTC, datetime, timedelta

from bus.operating.errors import OperatingError

_AGO = re.compile(r"-(\d+(?:\.\d+)?)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class InvalidTimeError(OperatingError):
    """What is no time."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text} is no time: say 2026-11-05T10:00:00Z, -2h (s, m, h, d, w) or now")


def instant(text: str, now: float) -> datetime:
    """The instant that a text means; what names no zone is UTC. Raises InvalidTimeError."""
    present = datetime.fromtimestamp(now, UTC)
    if text == "now":
        return present
    if ago := _AGO.fullmatch(text):
        return present - timedelta(**{_UNITS[ago[2]]: float(ago[1])})
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidTimeError(text) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)

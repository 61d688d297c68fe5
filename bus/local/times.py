"""Times as AWS writes them into documents."""

from datetime import UTC, datetime


def iso(instant: float) -> str:
    """Epoch seconds as "2019-11-14T00:38:06.021Z"."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

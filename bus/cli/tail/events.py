"""An event as a line for people."""

import json
from collections.abc import Mapping
from typing import Any

from rich.text import Text


def event_line(event: Mapping[str, Any]) -> Text:
    """When, what, of whom and about whom, its correlation id, and the beginning of its data."""
    detail = event.get("detail") or {}
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    known = metadata if isinstance(metadata, Mapping) else {}
    data = detail.get("data", detail) if isinstance(detail, Mapping) else detail
    return Text.assemble(
        (str(known.get("occurred_at") or event.get("time", "")), "dim"),
        "  ",
        (f"{event.get('detail-type', ''):24}", "bold cyan"),
        f" {event.get('source', ''):24} ",
        (f"{known.get('subject', '')}  ", "green"),
        (f"{known.get('correlation_id', '')}  ", "dim"),
        json.dumps(data, separators=(",", ":"))[:200],
    )

"""Which records a pipe or an event source mapping wants."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bus.patterns import Dialect, compile_pattern


def wanted(
    records: Sequence[Mapping[str, Any]], criteria: Mapping[str, Any] | None, dialect: Dialect
) -> list[Mapping[str, Any]]:
    """Those that one of the filters lets through; all of them where there is none."""
    patterns = [compile_pattern(each["Pattern"], dialect) for each in (criteria or {}).get("Filters", ())]
    if not patterns:
        return list(records)
    return [record for record in records if any(pattern.matches(_filtered_on(record)) for pattern in patterns)]


def _filtered_on(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as filters see it: Kinesis data parsed, and flat."""
    inner = record.get("kinesis")
    if inner is None:
        return dict(record)
    data: Any = base64.b64decode(inner["data"])
    try:
        read = json.loads(data)
    except ValueError:
        read = None
    data = read if isinstance(read, dict | list) else data.decode(errors="replace")
    return {**record, **inner, "data": data}

"""The trace that an invocation belongs to, as X-Ray writes it and as W3C does."""

import os
import re

_XRAY_ROOT = re.compile(r"1-(?P<epoch>[0-9a-f]{8})-(?P<unique>[0-9a-f]{24})")
_SPAN = re.compile(r"[0-9a-f]{16}")
_LONGEST = 500  # PutEventsRequestEntry.TraceHeader


def trace_header() -> str | None:
    """The X-Ray header of this invocation, which Lambda keeps in `_X_AMZN_TRACE_ID`; None outside a trace."""
    header = os.environ.get("_X_AMZN_TRACE_ID")
    return header if header and len(header) <= _LONGEST else None


def traceparent() -> str | None:
    """The same trace as a W3C `traceparent`: EventBridge hands on the X-Ray header alone, so this goes in the detail.

    "Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1" is "00-<32 hex>-<16 hex>-01" (X-Ray developer
    guide, "Using W3C trace IDs").
    """
    fields = dict(part.partition("=")[::2] for part in (trace_header() or "").split(";"))
    root = _XRAY_ROOT.fullmatch(fields.get("Root", ""))
    parent = fields.get("Parent", "")
    if root is None or not _SPAN.fullmatch(parent):
        return None
    return f"00-{root['epoch']}{root['unique']}-{parent}-{'01' if fields.get('Sampled') == '1' else '00'}"

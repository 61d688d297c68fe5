"""Events that match a pattern, of the platform on this machine or of AWS."""

import json
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from bus.cli.interrupting import interruptible
from bus.cli.rules.reading import read_text
from bus.cli.target import Target, readable_errors
from bus.cli.up.painting import Paint, paint_for
from bus.operating.buses import bus_of
from bus.operating.listening import listening

# A rule has no empty pattern; every event has a source that begins with something.
_EVERYTHING = '{"source": [{"prefix": ""}]}'
_LONGEST_DATA = 200


def tail_events(used: Target, pattern: str, bus_name: str | None, stage: str, *, in_json: bool) -> None:
    """Print each event, until KeyboardInterrupt. Raises ClickException, when the endpoint is gone too.

    A signal between two steps of setting up or of tidying up waits for the end of that.
    """
    given, paint = read_text(pattern), paint_for()
    text = _EVERYTHING if given.strip() == "{}" else given
    with readable_errors(), interruptible() as stop:
        name = bus_name or bus_of(used.account, stage)
        with listening(used.account, name, text) as events:
            when = f"; its rule takes effect within {used.settle:.0f} s" if used.settle else ""
            click.echo(f"Listening on {name}{when}", err=True)
            with _obeyed():
                if stop():
                    return
                for event in events:
                    click.echo(json.dumps(event) if in_json else event_line(event, paint), color=paint.coloured)


def event_line(event: Mapping[str, Any], paint: Paint) -> str:
    """When, what, of whom and about whom, its correlation id, and the beginning of its data."""
    detail = event.get("detail") or {}
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    known = metadata if isinstance(metadata, Mapping) else {}
    data = detail.get("data", detail) if isinstance(detail, Mapping) else detail
    written = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    parts = (
        paint(str(known.get("occurred_at") or event.get("time", "")), "faint"),
        paint(f"{event.get('detail-type', ''):22}", "address"),
        f"{event.get('source', ''):22}",
        paint(str(known.get("subject", "")), "good"),
        paint(str(known.get("correlation_id", "")), "faint"),
        written if len(written) <= _LONGEST_DATA else written[:_LONGEST_DATA] + "…",
    )
    return "  ".join(part for part in parts if part)


@contextmanager
def _obeyed() -> Iterator[None]:
    """Within, SIGINT and SIGTERM raise KeyboardInterrupt at once, for nothing is done by halves there."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

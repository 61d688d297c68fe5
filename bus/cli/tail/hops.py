"""The hops of the platform on this machine."""

import json
from pathlib import Path
from urllib.parse import quote

import click

from bus.cli.up.flow import FlowLines
from bus.cli.up.painting import paint_for
from bus.cli.up.running import Running
from bus.local.ledger import Hop
from bus.local.up.names import Told


def tail_hops(project: Path, subject: str | None, last: int, *, in_json: bool) -> None:
    """Print the last hops, or those so far of a correlation id or an event, and what comes. Raises ClickException."""
    running = Running(project)
    paint = paint_for()
    lines = FlowLines(paint, since_first=subject is not None)
    if subject is not None and not in_json:
        _say_where(running, subject)
    page = f"hops?from={-1 - last}" if subject is None else f"hops?from=0&subject={quote(subject, safe='')}"
    hops = running.lines(page)
    click.echo(f"Following {running.endpoint}", err=True)
    for told in hops:
        click.echo(json.dumps(told) if in_json else lines.line(_read(told)), color=paint.coloured)
    raise click.ClickException(f"the platform at {running.endpoint} has stopped")


def _read(told: dict[str, object]) -> Told:
    kind, place = told.pop("detail_type"), told.pop("place")
    return Told(Hop(**told), kind, place, told["note"])  # type: ignore[arg-type]  # as the feed writes them


def _say_where(running: Running, subject: str) -> None:
    """On standard error: where it is now, for an event that rests somewhere has no hops to come for a while."""
    trace = running.ask("GET", f"trace/{quote(subject, safe='')}")
    if not trace["hops"]:
        click.echo(f"Nothing is known of {subject} yet; waiting for it.", err=True)
    for place in trace["now"]:
        click.echo(f"Now {place['state']} in {place['place']}{_until(place['until'])}", err=True)


def _until(instant: str | None) -> str:
    return "" if instant is None else f" until {instant}"

"""The command, in its three ways: every hop, the hops of one story, events by pattern."""

import signal
from pathlib import Path
from typing import Any

import click

from bus.cli import target
from bus.cli.examples import examples
from bus.cli.tail.events import tail_events
from bus.cli.tail.hops import tail_hops


@click.command(
    epilog=examples(
        "bus tail                                                  every hop of every event, from now on",
        "bus tail --correlation 0199e0c1-…                         one story through every hop, with times",
        'bus tail --pattern \'{"detail-type": ["OrderPlaced.v1"]}\'  the events that match, on AWS too',
        "bus tail --pattern '{}' --json | jq .detail.data",
    )
)
@click.option("--pattern", help="An EventBridge pattern, or a file of one; '{}' is every event.")
@click.option("--correlation", metavar="ID", help="A correlation id, or an event's id: its hops so far, and on.")
@click.option("--last", type=click.IntRange(min=0), default=0, metavar="N", help="Begin with the last N hops.")
@click.option("--bus", "bus_name", help="Of --pattern: the bus; what SSM knows as /omnibus/STAGE/bus/name otherwise.")
@click.option("--stage", default="dev", show_default=True, help="Whose bus that is.")
@click.option("--json", "in_json", is_flag=True, help="Print a line of JSON for each.")
@target.options
def tail(
    *,
    pattern: str | None,
    correlation: str | None,
    last: int,
    bus_name: str | None,
    stage: str,
    in_json: bool,
    project: Path,
    **where: Any,
) -> None:
    """Show what happens, as it happens, until Ctrl-C.

    Hops are those of the platform on this machine. With --pattern, events come through a rule and a queue that are
    there for as long as this runs: that works on AWS too, where a new rule takes up to a minute to take effect.
    """
    if pattern is not None and (correlation is not None or last):
        raise click.UsageError("--pattern shows events, --correlation and --last show hops: say one of them")
    if pattern is None and any(where.values()):
        raise click.UsageError("only the platform on this machine tells its hops; elsewhere say --pattern")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a kill tidies up as Ctrl-C does
    try:
        if pattern is None:
            tail_hops(project, correlation, last, in_json=in_json)
        else:
            tail_events(target.target(project=project, **where), pattern, bus_name, stage, in_json=in_json)
    except KeyboardInterrupt:
        return

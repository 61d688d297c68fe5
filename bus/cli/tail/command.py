"""The command, in its three ways: every hop, the hops of one story, events by pattern."""

import json
import signal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from bus.cli.examples import examples
from bus.cli.rules.errors import UnusableError
from bus.cli.rules.reading import read_text
from bus.cli.tail.events import event_line
from bus.cli.target import options as target_options
from bus.cli.target import readable_errors
from bus.cli.target import target as chosen_target
from bus.cli.up.flow import FlowLines
from bus.cli.up.project import project_option
from bus.cli.up.running import Running
from bus.local.ledger import Hop
from bus.operating.listening import listening

# A rule has no empty pattern; every event has a source that begins with something.
_EVERYTHING = '{"source": [{"prefix": ""}]}'


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
@click.option("--last", default=0, metavar="N", help="Begin with the last N hops.")
@click.option("--bus", "bus_name", help="Of --pattern: the bus; what SSM knows as /omnibus/STAGE/bus/name otherwise.")
@click.option("--stage", default="dev", show_default=True, help="Whose bus that is.")
@click.option("--json", "in_json", is_flag=True, help="A line of JSON for each.")
@project_option
@target_options
def tail(
    *,
    pattern: str | None,
    correlation: str | None,
    last: int,
    bus_name: str | None,
    stage: str,
    in_json: bool,
    project: Path,
    target: Target,
) -> None:
    """What happens, as it happens, until Ctrl-C.

    Hops are those of the platform on this machine. With --pattern, events come through a rule and a queue that are
    there for as long as this runs: that works on AWS too, where a new rule takes some seconds to take effect.
    """
    if pattern is not None and correlation is not None:
        message = "--pattern and --correlation do not go together"
        raise click.UsageError(message)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a kill tidies up as Ctrl-C does
    console = Console(highlight=False, soft_wrap=True)
    try:
        if pattern is None:
            _hops(console, Running(project), correlation, last, in_json=in_json)
        else:
            _events(console, target, pattern, bus_name, stage, in_json=in_json)
    except KeyboardInterrupt:
        return
    except (UnusableError, ClientError, BotoCoreError) as error:
        raise click.ClickException(str(error)) from error


def _hops(console: Console, running: Running, correlation: str | None, last: int, *, in_json: bool) -> None:
    if correlation is None:
        page = f"hops?from={-1 - last}"
    else:
        page = f"hops?from=0&subject={quote(correlation, safe='')}"
    lines = FlowLines(since_first=correlation is not None)
    for fields in running.lines(page):
        hop = Hop(*fields)
        if in_json:
            click.echo(json.dumps(hop._asdict()))
        else:
            console.print(lines.line(hop))


def _events(console: Console, target: Target, pattern: str, bus_name: str | None, stage: str, *, in_json: bool) -> None:
    given = read_text(pattern)
    text = _EVERYTHING if given.strip() == "{}" else given
    name = bus_name or _bus_of(target, stage)
    with listening(target.client("events"), target.client("sqs"), name, text) as events:
        if console.is_terminal:
            console.print(f"Listening on {name} ...", style="dim")
        for event in events:
            if in_json:
                click.echo(json.dumps(event))
            else:
                console.print(event_line(event))


def _bus_of(target: Target, stage: str) -> str:
    name: Any = target.client("ssm").get_parameter(Name=f"/omnibus/{stage}/bus/name")["Parameter"]["Value"]
    return str(name)

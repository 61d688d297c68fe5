"""The command: take stock, once or again and again."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.live import Live
from rich.text import Text

from bus.cli import target
from bus.cli.examples import examples
from bus.cli.interrupting import interruptible
from bus.cli.status.view import lines, picture
from bus.cli.target import readable_errors
from bus.operating.account import Account
from bus.operating.errors import OperatingError, in_one_sentence
from bus.operating.status.scope import Scope, scope_of
from bus.operating.status.taking_stock import take_stock

_SPAN = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NAP = 0.1


def _seconds(_context: click.Context, _parameter: click.Parameter, text: str) -> int:
    said = _SPAN.fullmatch(text)
    if said is None or not int(said[1]):
        raise click.BadParameter(f"{text} is no span: say 15m, 1h or 2d")
    return int(timedelta(**{_UNITS[said[2]]: int(said[1])}).total_seconds())


@click.command(
    epilog=examples(
        "bus status",
        "bus status --watch",
        "bus status --all --window 1d",
        "bus status --json | jq '.queues[] | select(.dead_letters and .messages > 0)'",
    )
)
@click.option("--watch", is_flag=True, help="Look again and again, until Ctrl-C.")
@click.option("--every", default=2.0, show_default=True, type=click.FloatRange(min=0.5), help="Seconds between looks.")
@click.option("--window", default="1h", show_default=True, callback=_seconds, help="What figures are counted over.")
@click.option("--all", "whole", is_flag=True, help="The whole account, not the project's stacks alone.")
@click.option("--json", "in_json", is_flag=True, help="Print JSON; with --watch, a line for each look.")
@target.options
def status(*, watch: bool, every: float, window: int, whole: bool, in_json: bool, **where: Any) -> None:
    """Show queues, streams, functions, rules, pipes, schedules and alarms as they are now.

    Of the project's stacks: those that are called like its folders (orders, or omnibus-dev-orders); where there are
    none, of the whole account. Ages, lags, counts of invocations and durations are CloudWatch's, which has them with
    a delay of a minute or two; what it has no figure of is "-". Dead letters that are any are red, and come first.
    """
    account = target.target(**where).account
    with readable_errors():
        scope = Scope() if whole else scope_of(account, _services(where["project"]))
        if watch:
            _watch(account, scope, window, every, in_json=in_json)
        else:
            _show(account, scope, window, in_json=in_json)


def _show(account: Account, scope: Scope, window: int, *, in_json: bool) -> None:
    taken = take_stock(account, scope, window)
    console = Console(highlight=False)
    if in_json:
        click.echo(json.dumps(taken.as_json(), indent=2))
    elif console.is_terminal:
        console.print(picture(taken))
    else:
        for line in lines(taken):
            click.echo(line)


def _watch(account: Account, scope: Scope, window: int, every: float, *, in_json: bool) -> None:
    """A look that fails is told, and the next one made: a watch is to see things come back."""
    console = Console(highlight=False)
    live = Live(console=console, auto_refresh=False, screen=console.is_terminal and not in_json)
    with interruptible() as stop, live:
        while not stop():
            try:
                taken = take_stock(account, scope, window)
            except (ClientError, BotoCoreError, OperatingError) as error:
                live.update(Text(in_one_sentence(error), "red"), refresh=True)
            else:
                if in_json:
                    click.echo(json.dumps(taken.as_json()))
                elif console.is_terminal:
                    live.update(picture(taken), refresh=True)
                else:
                    click.echo("\n".join([*lines(taken), ""]))
            until = account.clock.now() + every
            while not stop() and account.clock.now() < until:
                account.clock.sleep(_NAP)


def _services(project: Path) -> list[str]:
    """The folders of a project that have a template."""
    return ["infra", *sorted(each.parent.name for each in project.glob("services/*/template.yaml"))]

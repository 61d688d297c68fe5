"""`bus replay`: an archive's events, into one rule again."""

import json
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bus.cli import target
from bus.cli.amounts import instant as shown
from bus.cli.examples import examples
from bus.cli.interrupting import interruptible
from bus.cli.target import Target, readable_errors
from bus.operating.account import Account
from bus.operating.dead_letters.tally import Tally
from bus.operating.replays.archives import archive_named, rule_named
from bus.operating.replays.paced import PacedReplay
from bus.operating.replays.replay import Replay, Span, cancel
from bus.operating.replays.spans import instant
from bus.patterns import InvalidPatternError, Pattern, compile_pattern

_LONGEST_NAME = 64


class _Progress:
    """A bar on a terminal; elsewhere a line for each tenth of the span."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._quiet, self._terminal, self._tenths = quiet, console.is_terminal, 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not self._terminal,
        )
        self._task = self._bar.add_task("Replaying", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, share: float, at: datetime | None) -> None:
        """So much of the span is replayed, up to an event of that time."""
        until = f", events up to {shown(at)}" if at else ""
        self._bar.update(self._task, completed=share, description=f"Replaying{until}")
        if not self._quiet and not self._terminal and int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            click.echo(f"{share:.0%}{until}")


def _pattern(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Pattern | None:
    if text is None:
        return None
    try:
        return compile_pattern(text)
    except InvalidPatternError as error:
        raise click.BadParameter(f"{error.prefix}{error.reason}") from error


@click.command(
    epilog=examples(
        "bus replay --from -2h --rule order-news                  the last two hours, into that rule alone",
        "bus replay Archive --from 2026-11-05T10:00:00Z --to 2026-11-05T11:00:00Z --rule everything",
        "bus replay --from -1d --rule order-news --rate 20        20 events a second",
        'bus replay --from -1d --rule order-news --pattern \'{"detail-type": ["OrderPaid.v1"]}\'',
        "bus replay --list",
        "bus replay --cancel bus-replay-order-news-20261105T101500",
    )
)
@click.argument("archive", required=False)
@click.option("--from", "begin", metavar="TIME", help="The first event time: ISO 8601 (UTC unless it says), or -2h.")
@click.option("--to", "end", metavar="TIME", default="now", show_default=True, help="The last event time.")
@click.option(
    "--rule", metavar="RULE", help="The rule that gets the events, and no other; a part of its name is enough."
)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="So many events a second.")
@click.option("--pattern", callback=_pattern, metavar="PATTERN", help="Only events that match this pattern too.")
@click.option("--cancel", "cancelled", metavar="NAME", help="Cancel the replay of that name, and do nothing else.")
@click.option("--list", "listing", is_flag=True, help="List the replays there are, and do nothing else.")
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
@target.options
def replay(
    archive: str | None,
    begin: str | None,
    end: str,
    rule: str | None,
    rate: float | None,
    pattern: Pattern | None,
    cancelled: str | None,
    *,
    listing: bool,
    in_json: bool,
    **where: Any,
) -> None:
    """Send the events of ARCHIVE from a span of time into one rule again.

    ARCHIVE may be left out where there is one only. The events of the span arrive as they were, with a `replay-name`
    besides; not in order, within a minute. What a bus has just received may take some minutes to be in its archive.

    EventBridge's replays know no rate and no pattern. With --rate or --pattern the replay goes into a rule and a
    queue made for it and deleted afterwards, and from there to the targets of RULE, one event after the other, as
    RULE matches and transforms them. EventBridge's retries and the targets' dead-letter queues have no part in that:
    what a target refuses stays in the queue, which is then kept and named. API destinations cannot be reached so.

    Ctrl-C cancels the replay; what was replayed stays so.
    """
    if listing + (cancelled is not None) > 1:
        raise click.UsageError("--list and --cancel are two things")
    chosen = None
    if not listing and cancelled is None:
        if begin is None or rule is None:
            raise click.UsageError("say --from and --rule: what is to be replayed, and into which rule")
        chosen = begin, rule
    used = target.target(**where)
    with readable_errors():
        if chosen is None:
            _manage(used.account, cancelled, in_json=in_json)
        else:
            _replay(used, archive, chosen, end, rate, pattern, in_json=in_json)


def _manage(account: Account, cancelled: str | None, *, in_json: bool) -> None:
    if cancelled is not None:
        cancel(account, cancelled)
        click.echo(f"{cancelled} is being cancelled; what was replayed stays so.", err=in_json)
        return
    found = account.pages("events", "list_replays", "Replays")
    if in_json:
        click.echo(json.dumps(found, indent=2, default=_iso))
        return
    for each in found:
        span = f"{shown(each['EventStartTime'])} to {shown(each['EventEndTime'])}"
        click.echo("\t".join((each["ReplayName"], each["State"], span)))


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _replay(
    used: Target,
    word: str | None,
    chosen: tuple[str, str],
    end: str,
    rate: float | None,
    pattern: Pattern | None,
    *,
    in_json: bool,
) -> None:
    account = used.account
    now = account.clock.now()
    span = Span(instant(chosen[0], now), instant(end, now))
    if span.end <= span.begin:
        raise click.UsageError(f"--from {shown(span.begin)} is not before --to {shown(span.end)}")
    archive = archive_named(account, word)
    rule = rule_named(account, archive, chosen[1])
    run = Replay(account, _name(rule["Name"], now), span)
    if not in_json:
        click.echo(f"{archive.name}, {shown(span.begin)} to {shown(span.end)}, into {rule['Name']} alone: {run.name}")
    tally, ended = Tally(), ""
    with interruptible() as stop, _Progress(Console(highlight=False, stderr=in_json), quiet=in_json) as progress:
        if rate is None and pattern is None:
            run.start(archive, rule["Arn"])
            seen = run.follow(progress.tell, stop)
            ended, last = str(seen["State"]), seen.get("EventLastReplayedTime")
        else:
            if used.settle and not in_json:
                click.echo(f"The rule for it takes effect in {used.settle:.0f} s.")
            paced = PacedReplay(run, archive, rule, rate, pattern, used.settle)
            last = paced.run(tally, progress.tell, stop)
            ended = "CANCELLED" if stop() else "COMPLETED"
    _end(run.name, ended, last, tally if rate or pattern else None, in_json=in_json)


def _name(rule: str, now: float) -> str:
    begin, stamp = "bus-replay-", f"-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}"
    return begin + rule[: _LONGEST_NAME - len(begin) - len(stamp)] + stamp


def _end(name: str, state: str, last: datetime | None, tally: Tally | None, *, in_json: bool) -> None:
    told: dict[str, Any] = {"replay": name, "state": state, "last": last}
    if tally is not None:
        told |= {"events": tally.done, "refused": dict(tally.refused)}
    if in_json:
        click.echo(json.dumps(told, indent=2, default=_iso))
    else:
        _say(name, state, last, tally)
    if state != "COMPLETED" or (tally is not None and tally.refused):
        sys.exit(1)


def _say(name: str, state: str, last: datetime | None, tally: Tally | None) -> None:
    events = "" if tally is None else f", {tally.done:,} events handed over"
    if state == "COMPLETED":
        click.echo(f"Replayed{events}; the last of {shown(last)}." if last else "Replayed: there was no such event.")
    else:
        again = f" To go on: --from {last.replace(second=0, microsecond=0).isoformat()}" if last else ""
        click.echo(f"{state}{events}.{again}")
    for why, count in tally.refused.most_common() if tally else ():
        click.echo(f"{count:,} events stay in the queue {name}: {why}")

"""The commands: list dead-letter queues, show what is in one, send it back, delete it."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from bus.cli import target
from bus.cli.amounts import letters
from bus.cli.dlq.progress import Telling, summary
from bus.cli.dlq.view import queue_row, show_letters, show_queues
from bus.cli.examples import examples
from bus.cli.interrupting import interruptible
from bus.cli.target import readable_errors
from bus.operating.account import Account
from bus.operating.dead_letters.looking import DeadLetterQueues
from bus.operating.dead_letters.moving import can_move, move
from bus.operating.dead_letters.purging import purge as purge_letters
from bus.operating.dead_letters.redriving import Plan
from bus.operating.dead_letters.redriving import redrive as redrive_letters
from bus.operating.dead_letters.tally import Tally
from bus.operating.dead_letters.where import Where
from bus.operating.delivery.way import Ways
from bus.operating.metrics import read
from bus.operating.queues import Queue, all_queues, named
from bus.operating.status.taking_stock import oldest

_LATELY = 300  # seconds
_where: Callable[[Any], Any] = click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="Only letters for which this holds: key=value, or an event pattern in JSON. Of several, all must hold.",
)
_json: Callable[[Any], Any] = click.option("--json", "in_json", is_flag=True, help="Print JSON.")
_yes: Callable[[Any], Any] = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.group(
    epilog=examples(
        "bus dlq list                                   where letters are, and who sent them",
        "bus dlq show EmailDeadLetters                  what is in one, and why",
        "bus dlq redrive EmailDeadLetters --dry-run     what would go where",
        "bus dlq redrive EmailDeadLetters",
    )
)
def dlq() -> None:
    """Dead letters: what could not be delivered, why, and the way back.

    A dead-letter queue is any queue that something in the account sends its dead letters to. Where a command takes
    QUEUE, a part of its name that no other has is enough.
    """


@dlq.command(
    "list",
    short_help="Where letters are, and who sends them there.",
    epilog=examples("bus dlq list", "bus dlq list --json | jq '.[] | select(.messages > 0)'"),
)
@_json
@target.options
def list_(*, in_json: bool, **where: Any) -> None:
    """List the dead-letter queues: how much is in each, and who sends there.

    The age of the oldest message is CloudWatch's ("-" when it has none).
    """
    account = target.target(**where).account
    with readable_errors():
        queues = DeadLetterQueues.of(account)
        ages = read(account, [oldest(queue.name) for queue in queues.queues], _LATELY)
    _say_unasked(queues)
    rows = [
        queue_row(queue, ages.get(oldest(queue.name)) if queue.size else None, queues.survey.of_queue(queue.arn))
        for queue in queues.queues
    ]
    if in_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        show_queues(Console(highlight=False), rows)


@dlq.command(
    short_help="What is in a queue, and why.",
    epilog=examples(
        "bus dlq show EmailDeadLetters",
        "bus dlq show EmailDeadLetters --where type=OrderPlaced.v1 --where 'reason=*Timeout*'",
        'bus dlq show notifications-RuleDead --where \'{"detail": {"data": {"order_id": ["41c0"]}}}\'',
        "bus dlq show OutboxDeadLetters --limit 1 --full",
    ),
)
@click.argument("queue")
@_where
@click.option("--limit", type=click.IntRange(min=1), help="So many letters at most.")
@click.option("--full", is_flag=True, help="Each message whole, and the records behind it.")
@_json
@target.options
def show(
    queue: str, conditions: tuple[str, ...], limit: int | None, *, full: bool, in_json: bool, **where: Any
) -> None:
    """Show the letters of QUEUE: when, which event, and why it could not be delivered.

    SQS has no way to look without receiving: each letter is received, hidden from others meanwhile, and given back
    at once, and its receive count grows by one. If QUEUE itself has a redrive policy, a letter that is looked at too
    often moves on by it.

    A CONDITION is key=value, with * for anything: key is type, source, event_id, correlation_id, kind, from, to, code
    or reason, or a path in the event (detail.data.order_id). Letters of pipes and of event source mappings name
    records of a stream; those are read from it, as long as it keeps them.
    """
    used = target.target(**where)
    with readable_errors():
        wanted = Where.of(conditions)
        queues = DeadLetterQueues.of(used.account)
        found = queues.named(queue)
        _say_unasked(queues)
        if "RedrivePolicy" in found.attributes:
            click.echo(f"Note: {found.name} has a redrive policy of its own, and each look counts.", err=True)
        looked = queues.look(found, wanted, limit)
        if in_json:
            click.echo(json.dumps([letter.as_json(full=full) for letter in looked], indent=2, default=str))
        elif not show_letters(Console(highlight=False), looked, used.logs, full=full):
            click.echo(f"{found.name}: no letters{' for which that holds' if conditions else ''}", err=True)


@dlq.command(
    short_help="Send letters back to where they were going.",
    epilog=examples(
        "bus dlq redrive EmailDeadLetters",
        "bus dlq redrive EmailDeadLetters --where type=OrderPlaced.v1 --rate 5",
        "bus dlq redrive notifications-RuleDead --dry-run",
        "bus dlq redrive EmailDeadLetters --to arn:aws:lambda:us-east-1:123456789012:function:look",
    ),
)
@click.argument("queue")
@_where
@click.option("--to", metavar="WHERE", help="Elsewhere than back: a queue by name, or anything by ARN.")
@click.option("--limit", type=click.IntRange(min=1), help="So many letters at most.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="So many letters a second.")
@click.option("--dry-run", is_flag=True, help="Say what would go where, and leave it.")
@_yes
@_json
@target.options
def redrive(
    queue: str,
    conditions: tuple[str, ...],
    to: str | None,
    limit: int | None,
    rate: float | None,
    *,
    dry_run: bool,
    yes: bool,
    in_json: bool,
    **where: Any,
) -> None:
    """Send the letters of QUEUE back to where they were going.

    Back to the queue that they were in; straight to the target of the rule, transformed as the rule does; to the
    subscription's endpoint; to the function; through the pipe's enrichment to its target; to the target of the
    schedule. Records that a letter only names are read from the stream again; when the stream has them no more, the
    letter stays. Everything of a queue whose letters come from queues alone is moved by SQS itself.

    A letter is deleted once whatever it goes to has accepted it, never before, so whatever ends the command loses
    nothing, and may deliver the letter it was about twice. Ctrl-C ends it between two letters. Exits with 1 when a
    letter was refused.
    """
    account = target.target(**where).account
    tally, console = Tally(), Console(highlight=False, stderr=in_json)
    word = "would be redriven" if dry_run else "redriven"
    with readable_errors():
        plan = Plan(Where.of(conditions), limit, rate, dry_run)
        queues = DeadLetterQueues.of(account)
        found = queues.named(queue)
        elsewhere = None if to is None else _arn_of(account, to)
        if not dry_run and not yes:
            _ask(f"Redrive {_which(found, conditions, limit)} to {to or 'where they were going'}?")
        total = limit or found.visible
        with interruptible() as stop, Telling(console, word, total, quiet=in_json, each=dry_run) as telling:
            if can_move(plan, queues.survey.of_queue(found.arn), elsewhere):
                move(account, found, plan, elsewhere, tally, telling, stop)
            else:
                ways = Ways(account, found.arn, queues.survey, elsewhere)
                redrive_letters(queues, found, ways, plan, tally, telling, stop)
    _end(tally, word, in_json=in_json)


@dlq.command(
    short_help="Delete letters for good.",
    epilog=examples(
        "bus dlq purge EmailDeadLetters",
        "bus dlq purge EmailDeadLetters --where 'detail.data.order_id=41c0*' --yes",
    ),
)
@click.argument("queue")
@_where
@_yes
@_json
@target.options
def purge(queue: str, conditions: tuple[str, ...], *, yes: bool, in_json: bool, **where: Any) -> None:
    """Delete the letters of QUEUE for good; with a condition, only those for which it holds."""
    account = target.target(**where).account
    tally, console = Tally(), Console(highlight=False, stderr=in_json)
    with readable_errors():
        wanted = Where.of(conditions)
        queues = DeadLetterQueues.of(account)
        found = queues.named(queue)
        if not yes:
            _ask(f"Delete {_which(found, conditions, None)} for good?")
        with interruptible() as stop, Telling(console, "deleted", found.visible, quiet=in_json) as telling:
            purge_letters(queues, found, wanted, tally, telling, stop)
    _end(tally, "deleted", in_json=in_json)


def _which(queue: Queue, conditions: tuple[str, ...], limit: int | None) -> str:
    count = min(queue.size, limit or queue.size)
    if conditions:
        most = f"at most {limit:,} of " if limit else ""
        return f"{most}those of the {letters(queue.size)} in {queue.name} for which that holds"
    return f"{letters(count)} of {queue.name}"


def _ask(question: str) -> None:
    """On standard error. Nobody is there to answer where no terminal is: then --yes must say it."""
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask on; say --yes")
    click.confirm(question, abort=True, err=True)


def _arn_of(account: Account, word: str) -> str:
    return word if word.startswith("arn:") else named(all_queues(account), word).arn


def _say_unasked(queues: DeadLetterQueues) -> None:
    for what, why in queues.survey.unasked.items():
        click.echo(f"Note: what {what} send is left out: {why}", err=True)


def _end(tally: Tally, word: str, *, in_json: bool) -> None:
    if in_json:
        told = {"done": tally.done, "refused": dict(tally.refused), "twice": tally.twice, "stopped": tally.stopped}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo("\n".join(summary(tally, word)))
    if tally.refused or tally.stopped:
        sys.exit(1)

"""The commands: try a pattern, explain what listens, list it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bus.cli.examples import examples
from bus.cli.rules.choosing import chosen
from bus.cli.rules.exits import AnsweringGroup
from bus.cli.rules.listeners import read_listeners, why_none
from bus.cli.rules.reading import STDIN, read_events
from bus.cli.rules.verdicts import Verdict, show_as_json, show_verdicts
from bus.cli.rules.view import show_list, show_listener
from bus.patterns import Pattern, dialects
from bus.patterns.description import describe
from bus.patterns.dialects import Dialect
from bus.patterns.explanation import Explainer, Explanation

PROJECT = Path(__file__).parents[3]
_DIALECTS = {each.name: each for each in vars(dialects).values() if isinstance(each, Dialect)}

_project = click.option(
    "--project",
    default=PROJECT,
    show_default="this one",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Whose templates to read: bus/infra/template.yaml and services/*/template.yaml below this directory.",
)


def _as_dialect(_context: click.Context, _parameter: click.Parameter, name: str | None) -> Dialect | None:
    return _DIALECTS[name] if name else None


def _filled(context: click.Context, parameter: click.Parameter, word: str | None) -> str | None:
    """An empty word is what a shell makes of a variable that is not set."""
    if word is not None and not word.strip():
        raise click.UsageError(f"{parameter.human_readable_name} is empty", context)
    return word


_dialect: Callable[[Any], Any] = click.option(
    "--dialect",
    type=click.Choice(sorted(_DIALECTS)),
    callback=_as_dialect,
    help="Which service reads the pattern; `rules`, or what the template says.",
)


@click.group(
    cls=AnsweringGroup,
    epilog=examples(
        "bus rules list                                       what listens, and to what",
        "bus rules explain OrderNewsRule                      one of them in English",
        "bus rules test pattern.json event.json               does it match, and if not, why",
        "bus rules test OrderNewsRule event.json              the same for a rule of the templates",
    ),
)
def rules() -> None:
    """Event patterns: what listens to what, and why an event does not match."""


@rules.command(
    epilog=examples(
        "bus rules test pattern.json event.json",
        'bus rules test \'{"source": ["omnibus.orders"]}\' event.json',
        "bus rules test notifications/OrderNewsRule events.jsonl",
        "aws events describe-rule … --query EventPattern --output text | bus rules test - event.json",
        "bus rules test --dialect sns-body --json policy.json - < messages.jsonl | jq .results",
    )
)
@click.argument("pattern", callback=_filled)
@click.argument("event", callback=_filled)
@_dialect
@click.option("--json", "in_json", is_flag=True, help="Print the answer as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing: the exit code tells.")
@_project
@click.pass_context
def test(
    context: click.Context,
    pattern: str,
    event: str,
    dialect: Dialect | None,
    project: Path,
    *,
    in_json: bool,
    quiet: bool,
) -> None:
    """Say whether EVENT matches PATTERN, and if not, why.

    PATTERN is a file, a pattern as it is, or something that `bus rules list` lists; EVENT is a file
    with one JSON event, an array of them, or one event after another, such as one a line, or such JSON
    as it is. "-" is standard input for one of the two. Exits with 0 when every event matches, 1 when
    one does not (with --quiet what comes behind it is not read), and 2 when the pattern is invalid or
    something cannot be read.
    """
    if pattern == event == STDIN:
        raise click.UsageError("PATTERN and EVENT cannot both be standard input; name a file for one of them")
    wanted = chosen(pattern, project, dialect).pattern
    events = read_events(event, wanted.dialect)
    if quiet:
        all_match = all(map(wanted.matches, events))
    elif in_json:
        all_match = show_as_json(_verdicts(wanted, events))
    else:
        all_match = show_verdicts(Console(highlight=False), _verdicts(wanted, events))
    context.exit(0 if all_match else 1)


def _verdicts(pattern: Pattern, events: Iterator[Mapping[str, Any]]) -> Iterator[Verdict]:
    """To match is far quicker than to explain, and most events of a large file do."""
    explainer = Explainer(pattern.branches, pattern.dialect)
    for number, event in enumerate(events, 1):
        matches = pattern.matches(event)
        yield Verdict(number, event, Explanation(matches=True) if matches else explainer.explain(event))


@rules.command(
    epilog=examples(
        "bus rules explain OrderNewsRule",
        "bus rules explain orders/OutboxPipe",
        "bus rules explain pattern.json",
        "bus rules explain --dialect sns-body - < policy.json",
    )
)
@click.argument("rule", required=False, callback=_filled)
@_dialect
@_project
def explain(rule: str | None, dialect: Dialect | None, project: Path) -> None:
    """Say in English what RULE listens to, where that goes, and where it is declared.

    RULE is something that `bus rules list` lists, by its logical id, with its service before it where
    there are several of one name; or a pattern: a file, "-" for standard input, or the pattern as it
    is. Without RULE all are listed.
    """
    console = Console(highlight=False)
    if rule is None:
        _list(console, project)
        return
    choice = chosen(rule, project, dialect)
    if choice.listener is None:
        console.print(describe(choice.pattern.branches, choice.pattern.dialect), markup=False, soft_wrap=True)
    else:
        show_listener(console, choice.listener)


@rules.command("list", epilog=examples("bus rules list", "bus rules list | grep OrderPlaced"))
@_project
def list_(project: Path) -> None:
    """List what listens by a pattern: rules, archives, pipes, subscriptions.

    Read from the templates: name, what it is and where it listens, and what it receives, in English.
    """
    _list(Console(highlight=False), project)


def _list(console: Console, project: Path) -> None:
    """An empty list is an answer; that it may be one about the wrong project is said beside it."""
    listeners = read_listeners(project)
    if listeners:
        show_list(console, listeners)
    else:
        click.echo(f"Note: {why_none(project)}", err=True)

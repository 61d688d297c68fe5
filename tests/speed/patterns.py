"""How many events a second a set of event patterns takes in, JSON parsing included; others beside it.

    python tests/speed/patterns.py [--quick] [--families NAME,NAME]

- Families of five rules over GeoJSON land lots, as in event-ruler's benchmark, and 45 of all kinds together.
- 10 to 10,000 rules of many teams over order events.
- The microseconds that a rule costs to compile, to add to a large set and to remove.

Beside it, in turns: orjson parsing the same events and matching nothing, which is the floor, and the matchers of
moto and ministack, on fewer events. One thread; thousands of events per second of the processor, medians.
Exits with 1 when a set of rules does not match what each of its patterns matches alone.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NamedTuple

from matching.checking import differences, disagree, matches_of, sample
from matching.compiling import Cost, compiling_costs
from matching.contenders import FLOOR, MINISTACK, MOTO, OURS, contenders
from matching.rounds import Rates, take_turns
from matching.rows import EVENT_RULER, NAMES, Row, largest_row, lot_rows, order_rows
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

COMPILING = "compiling"
WIDTH = 120  # the least that the tables need
MARKS = {True: "[green]✓[/]", False: "[red]✗[/]"}
FOOTNOTE = """\
orjson: parsing alone, the floor; share: ours of it, in the same rounds; matches: rules that match an event, on average
wrong: matches other rules than ours does; event-ruler: its own program on JDK 17, from another machine"""


class Effort(NamedTuple):
    """How much is measured; seconds are each contender's in each round. Others get no larger sets of rules.

    Rules are checked on as many events as so many questions to single patterns allow.
    """

    events: int
    rounds: int
    seconds: float
    seconds_of_others: float
    rules_of_others: int
    questions: int

    def seconds_for(self, contender: str) -> float:
        return self.seconds if contender in (FLOOR, OURS) else self.seconds_of_others


FULL = Effort(events=50_000, rounds=5, seconds=0.5, seconds_of_others=0.1, rules_of_others=10_000, questions=300_000)
QUICK = Effort(events=5_000, rounds=3, seconds=0.1, seconds_of_others=0.03, rules_of_others=300, questions=30_000)


class Measured(NamedTuple):
    """One row, measured."""

    row: Row
    rates: Rates
    wrong: set[str]
    matches: float
    differences: list[str]


def measure(row: Row, effort: Effort) -> Measured:
    """Check a row, then time everyone who takes part."""
    taking_part = contenders(row.rules, with_others=len(row.rules) <= effort.rules_of_others)
    ours = taking_part[OURS]
    checked = sample(row, effort.questions)
    different = list(differences(row, ours, checked))
    matches = matches_of(ours, checked).total() / len(checked)
    rates = take_turns(taking_part, row.lines, effort.rounds, effort.seconds_for)
    others = {name: match for name, match in taking_part.items() if name not in (FLOOR, OURS)}
    wrong = {name for name, match in others.items() if disagree(match, ours, checked, rates.events[name])}
    return Measured(row, rates, wrong, matches, different)


def rates_table(title: str, measured: Sequence[Measured]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("rules", no_wrap=True)
    for name in (FLOOR, OURS, "share", "aim", "matches", MOTO, MINISTACK, "event-ruler"):
        table.add_column(name, justify="right", no_wrap=True)
    for row, rates, wrong, matches, _ in measured:
        share = rates.of_floor(OURS)
        others = [f"{_rate(rates, name)}{' wrong' * (name in wrong)}" for name in (MOTO, MINISTACK)]
        aim = "" if row.aim is None else f"{row.aim:.2f} {MARKS[share >= row.aim]}"
        rate = [_rate(rates, FLOOR), _rate(rates, OURS), f"{share:.2f}", aim]
        table.add_row(row.name, *rate, f"{matches:.2f}", *others, EVENT_RULER.get(row.name, ""))
    return table


def _rate(rates: Rates, contender: str) -> str:
    if contender not in rates.per_round:
        return "-"
    thousands = rates.thousands(contender)
    return f"{thousands:,.{0 if thousands >= 100 else 1 if thousands >= 1 else 3}f}"


def costs_table(costs: Sequence[Cost]) -> Table:
    table = Table(title="Microseconds a call", title_justify="left")
    table.add_column("what")
    for name in ("median", "worst", "aim"):
        table.add_column(name, justify="right")
    for cost in costs:
        met = MARKS[cost.median <= cost.aim]
        table.add_row(cost.what, f"{cost.median:,.0f}", f"{cost.worst:,.0f}", f"{cost.aim:,.0f} {met}")
    return table


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the events, fewer rounds, large sets without the others"
    )
    names = (*NAMES, COMPILING)
    parser.add_argument("--families", metavar="NAME,NAME", type=lambda text: text.split(","), default=names)
    given = parser.parse_args()
    if unknown := set(given.families) - set(names):
        parser.error(f"--families: no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return given


def main() -> int:
    """Print the tables; 1 when a set of rules is wrong."""
    given, console = arguments(), Console(width=max(WIDTH, Console().width))
    effort = QUICK if given.quick else FULL
    lots: list[Measured] = []
    orders: list[Measured] = []
    costs: list[Cost] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("measuring", total=len(given.families))
        for rows, done in ((lot_rows, lots), (order_rows, orders)):
            for row in rows(given.families, effort.events):
                progress.update(task, description=row.name)
                done.append(measure(row, effort))
                progress.advance(task)
        if COMPILING in given.families:
            progress.update(task, description=COMPILING)
            costs += compiling_costs(largest_row())
    if lots:
        console.print(rates_table("Land lots, thousands of events a second", lots))
    if orders:
        console.print(rates_table("Orders, thousands of events a second", orders))
    if costs:
        console.print(costs_table(costs))
    console.print(FOOTNOTE, highlight=False)
    wrong = [difference for each in (*lots, *orders) for difference in each.differences]
    for difference in wrong:
        print(difference, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

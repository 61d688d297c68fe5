"""`bus up`, with its journal on, beside ministack and moto's server: one run, one machine, one cheap client.

    python tests/speed/up.py [words of loads, such as: sqs]

The client speaks HTTP over plain sockets, with requests that are mostly written once and answers that are looked at:
what is measured is the server, and that it did what it was asked. The servers take turns at each load, a round each,
so that whatever else the machine does meets them all. Ministack and moto are installed into an environment of their
own at the first run (a minute).
"""

import sys
from collections.abc import Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.table import Table

from tests.speed.serving import events, functions, queues, tables
from tests.speed.serving.contenders import CONTENDERS, Server
from tests.speed.serving.loads import Load, Round

ROUNDS = 5
LOADS = (*events.LOADS, *queues.LOADS, *tables.LOADS, *functions.LOADS)
Column = list[str]


def measured(load: Load, servers: Sequence[Server]) -> list[Column]:
    """The figures of each server."""
    columns: dict[str, Column] = {}
    rounds: dict[str, tuple[Round, list[float]]] = {}
    for server in servers:
        if server.name in load.unable:
            columns[server.name] = ["-"] * len(load.labels)
            continue
        rounds[server.name] = load.prepare(server), []
    for _ in range(ROUNDS):
        for name, (run, samples) in tuple(rounds.items()):
            try:
                samples.extend(run())
            except RuntimeError as error:  # an answer that is not right is part of the table
                print(f"{load.name}, {name}: {error}", file=sys.stderr)
                columns[name] = ["wrong"] * len(load.labels)
                del rounds[name]
    for name, (_, samples) in rounds.items():
        columns[name] = [
            f"{figure:,.1f}" if load.unit == "ms" else f"{figure:,.0f}" for figure in load.figures(samples)
        ]
    return [columns[server.name] for server in servers]


def main(words: Sequence[str]) -> None:
    """Print the table."""
    table = Table("", title=f"bus up, ministack and moto's server: {ROUNDS} rounds", title_justify="left")
    with ExitStack() as exits:
        servers = [exits.enter_context(contender()) for contender in CONTENDERS]
        for server in servers:
            table.add_column(server.name, justify="right")
        table.add_column("")
        idle = [server.resident() for server in servers]
        for load in LOADS:
            if not words or any(word.lower() in load.name.lower() for word in words):
                columns = measured(load, servers)
                for label, *row in zip(load.labels, *columns, strict=True):
                    table.add_row(label, *row, load.unit)
        table.add_row("Memory before", *(f"{size:,.0f}" for size in idle), "MB")
        table.add_row("Memory after", *(f"{server.resident():,.0f}" for server in servers), "MB")
    Console(width=120).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])

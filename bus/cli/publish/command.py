"""The command."""

import json
from typing import Any

import click

from bus.cli import target
from bus.cli.examples import examples
from bus.cli.publish.making import Maker
from bus.cli.rules.reading import read_events
from bus.cli.target import readable_errors
from bus.contracts import registry
from bus.operating.buses import bus_of
from bus.operating.publishing import put
from bus.patterns.dialects import RULES


@click.command(
    epilog=examples(
        "bus publish --example OrderPlaced.v1        the contract's own example",
        "bus publish events.jsonl                    events as EventBridge shows them, or PutEvents entries",
        "bus tail --pattern '{}' --json | bus publish --bus another -",
    )
)
@click.argument("events", required=False)
@click.option("--example", metavar="CONTRACT", help="Publish the example of a contract, such as OrderPlaced.v1.")
@click.option("--bus", "bus_name", help="The bus; what SSM knows as /omnibus/STAGE/bus/name unless it is given.")
@click.option("--stage", default="dev", show_default=True, help="Whose bus that is.")
@click.option("--unchecked", is_flag=True, help="Publish what breaks its contract too: to see what consumers do then.")
@click.option("--json", "in_json", is_flag=True, help="Print a line of JSON for each event.")
@target.options
def publish(
    *,
    events: str | None,
    example: str | None,
    bus_name: str | None,
    stage: str,
    unchecked: bool,
    in_json: bool,
    **where: Any,
) -> None:
    """Put events on a bus: from a file, from standard input ("-"), or an example of a contract.

    Each is checked against its contract first, and nothing is published unless all of them pass. A detail without
    metadata is taken for the data alone, and gets metadata of its own.
    """
    if (events is None) == (example is None):
        message = "say what to publish: a file, - or --example CONTRACT"
        raise click.UsageError(message)
    account = target.target(**where).account
    with readable_errors():
        maker = Maker(registry.load(), bus_name or bus_of(account, stage), checked=not unchecked)
        if example is not None:
            entries = [maker.example(example)]
        else:
            given = list(read_events(str(events), RULES))
            entries = [maker.entry(event, _which(number, len(given))) for number, event in enumerate(given, 1)]
        failed = _publish(account.client("events"), entries, in_json=in_json)
    if failed:
        raise SystemExit(1)


def _publish(client: Any, entries: list[dict[str, Any]], *, in_json: bool) -> int:
    failed = 0
    for outcome in put(client, entries):
        metadata = json.loads(outcome.entry["Detail"]).get("metadata") or {}
        told = {
            "detail-type": outcome.entry["DetailType"],
            "id": outcome.event_id,
            "event_id": metadata.get("event_id"),
            "correlation_id": metadata.get("correlation_id"),
            "error": outcome.error,
        }
        failed += outcome.error is not None
        click.echo(json.dumps(told) if in_json else _said(told))
    return failed


def _said(told: dict[str, Any]) -> str:
    if told["error"] is not None:
        return f"{told['detail-type']} was refused: {told['error']}"
    followed = told["correlation_id"]
    return f"{told['detail-type']} published" + (
        f"; follow it with: bus tail --correlation {followed}" if followed else ""
    )


def _which(number: int, count: int) -> str:
    return "the event" if count == 1 else f"event {number}"

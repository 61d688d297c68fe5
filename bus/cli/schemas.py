"""`bus schemas`: the contracts, and the models made from them."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bus.cli.examples import examples
from bus.contracts import registry
from bus.contracts.errors import ContractError
from bus.contracts.registry import Contract, Registry


@click.group(
    epilog=examples(
        "bus schemas list",
        "bus schemas generate",
        "bus schemas generate --check    in a build: fails when a model is stale",
    )
)
def schemas() -> None:
    """Contracts and the models made from them."""


@schemas.command("list", epilog=examples("bus schemas list", "bus schemas list | grep orders"))
def list_() -> None:
    """Every contract: who owns it, what it says, and which of its fields are personal data."""
    contracts = _load().contracts
    console = Console()
    if console.is_terminal:
        console.print(_table(contracts))
    else:
        for contract in contracts:
            click.echo("\t".join(_row(contract)))


@schemas.command(epilog=examples("bus schemas generate", "bus schemas generate --check"))
@click.option("--check", is_flag=True, help="Write nothing; fail when a model does not say what its contract says.")
def generate(*, check: bool) -> None:
    """Write the typed models that services publish and receive."""
    from bus.contracts import models  # noqa: PLC0415 - the generator takes 0.4 s to import, and `list` needs none

    contracts = _load()
    changed = models.stale(contracts) if check else models.write(contracts)
    for path in changed:
        click.echo(f"{'stale' if check else 'wrote'} {_shown(path, contracts)}")
    if check and changed:
        raise click.ClickException("run `bus schemas generate` and commit what it writes")
    if not changed:
        click.echo(f"{len(contracts.contracts)} contracts; every model is fresh")


def _load() -> Registry:
    try:
        return registry.load()
    except ContractError as error:
        raise click.ClickException(str(error)) from error


def _table(contracts: Iterable[Contract]) -> Table:
    table = Table("Event", "Source", "What it says", "Personal data", box=None, header_style="bold")
    for contract in contracts:
        table.add_row(*_row(contract))
    return table


def _row(contract: Contract) -> tuple[str, str, str, str]:
    personal = [name for name, field in contract.schema["properties"].items() if field.get("x-pii")]
    return contract.detail_type, contract.source, contract.schema["description"], ", ".join(personal)


def _shown(path: Path, contracts: Registry) -> Path:
    return path.relative_to(contracts.root.parent)

"""`bus lake`: the analysts' tables and views, made from the contracts."""

from collections.abc import Iterable
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from pyiceberg.exceptions import NoSuchNamespaceError

from bus.cli.examples import examples
from bus.contracts import registry
from bus.contracts.errors import ContractError
from bus.contracts.lake import create_tables, table_name
from bus.contracts.lake_rejections import REJECTED_EVENTS
from bus.contracts.lake_views import put_views
from bus.contracts.registry import Contract
from bus.local.clock import Clock
from bus.local.lake import catalog


@click.group(
    epilog=examples(
        'bus lake create                     the tables and views of the stage "dev"',
        "bus lake create --stage production",
    )
)
def lake() -> None:
    """The analysts' tables, made from the contracts."""


@lake.command(epilog=examples("bus lake create", "bus lake create --stage production"))
@click.option("--stage", default="dev", show_default=True, help="Whose lake; its stack must be deployed.")
def create(stage: str) -> None:
    """Make the tables that are missing, one for each contract, and renew the views.

    Tables that exist stay as they are.
    """
    try:
        contracts = registry.load().contracts
        database = _parameter(stage, "database")
        made = make_tables(database, _parameter(stage, "bucket"), contracts)
    except (ContractError, ClientError, BotoCoreError, NoSuchNamespaceError) as error:
        raise click.ClickException(_in_one_sentence(error, stage)) from error
    for detail_type, table in made.items():
        click.echo(f"{detail_type}\t{database}.{table}")
    click.echo(f"(rejected)\t{database}.{REJECTED_EVENTS}")


def make_tables(
    database: str, bucket: str, contracts: Iterable[Contract], *, clock: Clock | None = None
) -> dict[str, str]:
    """Make the tables and views of `contracts`, and the one of the rejected; returns the table of each detail-type.

    The tables lie in `bucket`, under "tables/". `clock` is the plane's when the lake is the plane's:
    Iceberg takes no rows into a table that is younger than they are.
    """
    contracts = list(contracts)
    tables = catalog(clock)
    create_tables(tables, database, contracts, location=f"s3://{bucket}/tables")
    put_views(tables.glue, database, contracts)
    return {contract.detail_type: table_name(contract.detail_type) for contract in contracts}


def _parameter(stage: str, name: str) -> str:
    """What the analytics stack says of its lake, in SSM."""
    ssm: Any = boto3.client("ssm")
    value: str = ssm.get_parameter(Name=f"/omnibus/{stage}/lake/{name}")["Parameter"]["Value"]
    return value


def _in_one_sentence(error: Exception, stage: str) -> str:
    match error:
        case NoCredentialsError():
            return "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case NoRegionError():
            return "there is no AWS region: set AWS_DEFAULT_REGION, or a region in the profile"
        case ClientError() if error.response["Error"]["Code"] == "ParameterNotFound":
            return f"there is no lake of the stage {stage} here: deploy services/analytics first, or name another stage"
    return " ".join(str(error).split())

"""`bus token`: a bearer token for an HTTP API of the platform on this machine."""

import json

import click

from bus.cli.examples import examples
from bus.cli.up.project import running_option
from bus.cli.up.running import Running


@click.command(
    epilog=examples(
        "bus token orders",
        'curl -H "Authorization: Bearer $(bus token orders)" http://127.0.0.1:4568/customers/1228/orders',
        "bus token orders --claim sub=1228 --claim scope=orders",
    )
)
@click.argument("stack")
@click.option("--claim", "claims", multiple=True, metavar="NAME=VALUE", help="A claim of the token; may be repeated.")
@running_option
def token(*, stack: str, claims: tuple[str, ...], running: Running) -> None:
    """A token that the HTTP API of STACK accepts for the next hour; its claims may be chosen."""
    pairs = dict(claim.partition("=")[::2] for claim in claims)
    answer = running.ask("POST", f"token?stack={stack}", json.dumps(pairs).encode())
    click.echo(answer["token"])

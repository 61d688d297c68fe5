"""The `bus` command: one module per group, loaded when it is asked for."""

import gc
from importlib import import_module

import click

from bus.cli.examples import examples

# command or group -> the module that holds it, under the same name
_COMMANDS = {
    "demo": "bus.cli.demo",
    "dlq": "bus.cli.dlq",
    "down": "bus.cli.up.down",
    "lake": "bus.cli.lake",
    "publish": "bus.cli.publish",
    "replay": "bus.cli.replay",
    "rules": "bus.cli.rules.command",
    "schemas": "bus.cli.schemas",
    "status": "bus.cli.status",
    "tail": "bus.cli.tail",
    "token": "bus.cli.token",
    "up": "bus.cli.up.command",
}
_SUMMARIES = {
    "demo": "Run real retail orders through the whole platform.",
    "dlq": "Dead letters: what could not be delivered, why, and the way back.",
    "down": "Stop the platform that runs on this machine.",
    "lake": "The analysts' tables, made from the contracts.",
    "publish": "Put events on the bus: from a file, or an example of a contract.",
    "replay": "Send an archive's events into one rule again.",
    "rules": "What listens to what, and why an event does not match a pattern.",
    "schemas": "Contracts and the models made from them.",
    "status": "Queues, streams, functions, rules, pipes and schedules as they are now.",
    "tail": "What happens, as it happens: every hop, events by pattern, or one correlation id.",
    "token": "A bearer token for an HTTP API of the platform on this machine.",
    "up": "Run the whole platform on this machine, behind AWS's own protocols.",
}


class _Lazy(click.Group):
    """Imports a command's module only when that command runs, so `bus --help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        _collect_seldom()
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_SUMMARIES.items()))


def _collect_seldom() -> None:
    """Look for garbage in cycles far less often than Python does by itself (after 700 new objects).

    A platform keeps what it makes, so there is little to find: looking took a second of the demo's 18, and
    doing without most of it costs 10 MB of 550.
    """
    gc.set_threshold(50_000, 20, 50)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "bus up                   the platform on this machine, behind AWS's own protocols",
        "bus demo                 1,000 real orders through every branch",
        "bus schemas list         the contracts, and who owns them",
        "bus schemas generate     write the typed models anew",
    ),
)
@click.version_option(package_name="omnibus", prog_name="bus")
def main() -> None:
    """Omnibus: event-driven microservices over an Amazon EventBridge bus."""

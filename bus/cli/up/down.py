"""`bus down`: stop the platform of this project."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import click

from bus.cli.examples import examples
from bus.cli.up.project import project_option
from bus.local.up.places import Lock, Places

_LONGEST_STOP = 30.0  # seconds


@click.command(
    epilog=examples(
        "bus down             stop; everything is there again at the next bus up",
        "bus down --clean     stop, and forget everything",
    )
)
@click.option("--clean", is_flag=True, help="Forget the state too: tables, queues, objects, stacks, logs.")
@project_option
def down(*, clean: bool, project: Path) -> None:
    """Stop the platform that `bus up` runs for this project."""
    places = Places(project.resolve())
    lock = Lock(places)
    pid = None if lock.free() else lock.holder
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        _wait(lock, pid)
    click.echo("The platform was not running." if pid is None else "The platform has stopped.")
    if clean:
        with lock:
            places.clean()
        click.echo("Its state is forgotten.")


def _wait(lock: Lock, pid: int) -> None:
    until = time.monotonic() + _LONGEST_STOP
    while not lock.free():
        if time.monotonic() > until:
            message = f"process {pid} does not stop; end it with: kill -9 {pid} (nothing acknowledged is lost)"
            raise click.ClickException(message)
        time.sleep(0.05)

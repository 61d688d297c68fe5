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
    while not lock.free() or _runs(pid):
        if time.monotonic() > until:
            message = f"process {pid} does not stop; end it with: kill -9 {pid} (nothing acknowledged is lost)"
            raise click.ClickException(message)
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether it has not ended yet; one that nobody has asked after since has (proc(5), /proc/pid/stat, state)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False

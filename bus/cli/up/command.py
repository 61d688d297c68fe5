"""`bus up`: run the platform here until it is told to stop."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import uvloop
from rich.console import Console

from bus.cli.examples import examples
from bus.cli.up.display import Display
from bus.cli.up.project import project_option
from bus.local.errors import PlaneError
from bus.local.up.places import Lock, Places, RunningAlreadyError
from bus.local.up.serving import Options, serving

DEFAULT_PORT = 4566
_LONGEST_START = 60.0  # seconds that --detach waits for


@click.command(
    epilog=examples(
        "bus up                                      serve until Ctrl-C",
        "bus up --detach && bus status               in the background; bus down stops it",
        "AWS_ENDPOINT_URL=http://127.0.0.1:4566 aws sqs list-queues",
        "bus tail                                    in another terminal: what happens, as it happens",
    )
)
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Of the AWS endpoint; 0 is any free one.")
@click.option("--auth", is_flag=True, help="Check signatures, and hold each caller to its policies.")
@click.option("-d", "--detach", is_flag=True, help="Go on in the background once everything is ready.")
@click.option("-q", "--quiet", is_flag=True, help="Say where everything is, and not what happens.")
@project_option
def up(*, port: int, auth: bool, detach: bool, quiet: bool, project: Path) -> None:
    """Run the whole platform on this machine, behind AWS's own protocols.

    Every stack is deployed from its template; templates and handlers that change are picked up. What was acknowledged
    is kept under .omnibus/, however this process ends, and is there again at the next start.
    """
    places = Places(project.resolve())
    if detach:
        _detached(places, port, auth=auth)
        return
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    display = Display(Console(highlight=False, soft_wrap=True), follow=not quiet)
    try:
        uvloop.run(_serve(places, Options(port, auth), display))
    except PlaneError as error:
        raise click.ClickException(str(error)) from error
    sys.stdout.flush()


async def _serve(places: Places, options: Options, display: Display) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    began = time.monotonic()
    async with serving(places, options, display) as running:
        display.ready(running, time.monotonic() - began)
        await stopped.wait()
        display.stopping()
    display.stopped()


def _detached(places: Places, port: int, *, auth: bool) -> None:
    """Start another process that serves, and wait until it is ready or has given up."""
    try:
        with Lock(places):
            pass  # nobody holds it; who comes between is told by the child
    except RunningAlreadyError as error:
        raise click.ClickException(str(error)) from error
    output = places.own / "up.log"
    given = ["--port", str(port), "--project", str(places.root), *(["--auth"] if auth else [])]
    with output.open("wb") as file:
        child = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "bus.cli", "up", *given],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until and child.poll() is None:
        said = places.announced()
        if said is not None and said.get("pid") == child.pid:
            click.echo(f"The platform is up at {said['endpoint']}; what it says is in {output}. Stop it with: bus down")
            return
        time.sleep(0.05)
    child.terminate()
    told = output.read_text(errors="replace").strip().splitlines()
    raise click.ClickException(told[-1].removeprefix("Error: ") if told else "it did not come up")

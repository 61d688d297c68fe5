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

from bus.cli.examples import examples
from bus.cli.up.display import Display
from bus.cli.up.painting import paint_for
from bus.cli.up.project import project_option
from bus.cli.up.starting import age
from bus.cli.up.writing import Lines
from bus.local.errors import PlaneError
from bus.local.up.places import Places, RunningAlreadyError
from bus.local.up.serving import Options, serving
from bus.local.wire.server import PortTakenError

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
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Of the AWS endpoint; the HTTP APIs have those after it. 0: any free ones.",
)
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
    lines = Lines()
    display = Display(places, lines, paint_for(), follow=not quiet)
    try:
        uvloop.run(_serve(places, Options(port, auth), display))
    except PortTakenError as error:
        raise click.ClickException(f"{error}: bus up --port PORT") from error
    except PlaneError as error:
        raise click.ClickException(str(error)) from error
    finally:
        lines.end()


async def _serve(places: Places, options: Options, display: Display) -> None:
    stopping = _Stopping(display)
    async with serving(places, options, display) as running:
        display.ready(running, age())
        await stopping.wanted.wait()
        display.stopping()
    display.stopped()


class _Stopping:
    """SIGINT, SIGTERM and a closed terminal stop the platform; a second SIGINT ends it on the spot.

    That loses nothing either: whatever was acknowledged is in the journal, and functions' processes die with this one.
    """

    def __init__(self, display: Display) -> None:
        self.wanted = asyncio.Event()
        self._display = display
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.wanted.set)

    def _interrupted(self) -> None:
        if not self.wanted.is_set():
            self.wanted.set()
            return
        self._display.cut_short()
        os._exit(128 + signal.SIGINT)


def _detached(places: Places, port: int, *, auth: bool) -> None:
    """Start another process that serves, and wait until it is ready or has given up."""
    said = places.announced()
    if said is not None:
        raise click.ClickException(str(RunningAlreadyError(said["pid"], said["endpoint"])))
    places.own.mkdir(parents=True, exist_ok=True)
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

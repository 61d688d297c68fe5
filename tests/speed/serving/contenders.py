"""The servers: ours, ministack's and moto's, each as a process on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

PROJECT = Path(__file__).parents[3]
OTHERS = PROJECT / ".omnibus/bench/servers"  # their environment: they pin an older botocore than ours
_LONGEST_START = 60.0


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    def client(self, service: str) -> Any:
        """A boto3 client, to prepare with."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - nobody's
            config=Config(read_timeout=60, retries={"max_attempts": 1}),
        )

    def resident(self) -> float:
        """Megabytes that it and its children have in use; pages that they share count for each a part."""
        return sum(_share(pid) for pid in _family(self.pid)) / 1024


@contextmanager
def ours() -> Iterator[Server]:
    """`bus up` of a project without templates, journaling as ever."""
    with tempfile.TemporaryDirectory() as project:
        command = [sys.executable, "-m", "bus.cli", "up", "--quiet", "--project", project]
        with _running("bus up", [*command, "--port"], {}) as server:
            yield server


@contextmanager
def ministack() -> Iterator[Server]:
    """With what it offers beside AWS's APIs turned off, and on 127.0.0.1 alone."""
    settings = {
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "LAMBDA_EXECUTOR": "local",
    }
    with _running("ministack", [str(_python()), "-m", "ministack"], settings, port_variable="GATEWAY_PORT") as server:
        yield server


@contextmanager
def moto() -> Iterator[Server]:
    """Its own server."""
    with _running("moto", [str(_python()), "-m", "moto.server", "-H", "127.0.0.1", "-p"], {}) as server:
        yield server


CONTENDERS = (ours, ministack, moto)


def _python() -> Path:
    """The interpreter of the others' environment, which is made when it is not there."""
    python = OTHERS / "bin/python"
    if not (OTHERS / "ready").exists():
        venv.create(OTHERS, with_pip=True, clear=True)
        pins = PROJECT / "requirements/servers.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", pins], check=True)  # noqa: S603
        (OTHERS / "ready").touch()
    return python


@contextmanager
def _running(
    name: str, command: list[str], settings: Mapping[str, str], port_variable: str | None = None
) -> Iterator[Server]:
    port = _free_port()
    given = {port_variable: str(port)} if port_variable else {}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - the contenders
            command if port_variable else [*command, str(port)],
            stdout=said,
            stderr=said,
            env={**os.environ, **settings, **given},
            cwd=PROJECT,
            start_new_session=True,
        )
        try:
            _wait(process, port)
        except RuntimeError:
            said.seek(0)
            sys.stderr.buffer.write(said.read())
            raise
    try:
        yield Server(name, port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"{process.args!r} did not start"
    raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # its end, just now
                yield from _family(int(child))


def _share(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0

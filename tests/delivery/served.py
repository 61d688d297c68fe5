"""The delivery suite's way to a server of its own: `tests.delivery.over_http` as a process."""

import io
import json
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.response import StreamingBody

from tests.delivery.over_http import CONTROL, HOST

PROJECT = Path(__file__).parents[2]
_ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=120)


class Served:
    """The server, and unmodified clients of it; also how time passes there."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], BaseClient] = {}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.over_http"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
        )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._endpoint = f"http://{HOST}:{port}"
        self._control = HTTPConnection(HOST, port)
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        for client in self._clients.values():
            client.close()
        self._process.communicate(b"over\n")

    def client(self, service: str, region: str) -> Any:
        """A boto3 client, which every case shares; no failure is tried again behind a case's back."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._made(service, region)
        return self._clients[service, region]

    def _made(self, service: str, region: str) -> BaseClient:
        made: BaseClient = boto3.client(  # type: ignore[call-overload]  # the stubs list services by literal names
            service,
            region_name=region,
            endpoint_url=self._endpoint,
            aws_access_key_id="anyone",
            aws_secret_access_key="anything",  # noqa: S106 - no one's
            config=_ONCE,
        )
        made.meta.events.register("after-call.lambda.Invoke", _read_whole)
        return made

    def empty(self) -> None:
        """Begin a case with an AWS that has nothing in it."""
        self._ask("POST", "new")

    def bugs(self) -> list[str]:
        """The tracebacks of what the server could not answer since then."""
        return list(self._ask("GET", "bugs"))

    def now(self) -> float:
        return float(self._ask("GET", "now"))

    def wait(self, seconds: float) -> None:
        self._ask("POST", f"wait/{seconds}")

    def idle(self) -> None:
        self.wait(1)

    def _ask(self, method: str, what: str) -> Any:
        self._control.request(method, CONTROL + what)
        answer = self._control.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{what}: {answer.status}"
        return json.loads(body)


def _read_whole(parsed: dict[str, Any], **_: object) -> None:
    """Many a case has no use for a function's answer; unread, it would hold its connection until it is swept up."""
    payload = parsed.get("Payload")
    if payload is not None:
        answer = payload.read()
        parsed["Payload"] = StreamingBody(io.BytesIO(answer), len(answer))

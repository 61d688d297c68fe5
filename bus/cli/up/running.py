"""The platform that runs on this machine for a project, asked what AWS has no API for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import urllib3

from bus.local.up.places import Places


class Running:
    """Raises click.ClickException, in a sentence, when none runs and when it refuses."""

    def __init__(self, project: Path) -> None:
        said = Places(project.resolve()).announced()
        if said is None:
            message = "no platform runs here; start it with: bus up"
            raise click.ClickException(message)
        self.endpoint: str = said["endpoint"]
        self._http = urllib3.PoolManager(retries=False)

    def ask(self, method: str, page: str, body: bytes | None = None) -> Any:
        """One of the pages below /_omnibus/."""
        answer = self._begin(method, page, body, stream=False)
        return json.loads(answer.data)

    def lines(self, page: str) -> Iterator[Any]:
        """A page that goes on: each line of it as it comes, until the platform stops; it is asked for at once."""
        return _lines(self._begin("GET", page, None, stream=True))

    def _begin(self, method: str, page: str, body: bytes | None, *, stream: bool) -> urllib3.BaseHTTPResponse:
        try:
            answer = self._http.request(
                method, f"{self.endpoint}/_omnibus/{page}", body=body, preload_content=not stream
            )
        except urllib3.exceptions.HTTPError as error:
            message = f"the platform at {self.endpoint} does not answer: {error}"
            raise click.ClickException(message) from error
        if answer.status != 200:  # noqa: PLR2004 - HTTP's
            raise click.ClickException(json.loads(answer.data)["message"])
        return answer


def _lines(answer: urllib3.BaseHTTPResponse) -> Iterator[Any]:
    rest = b""
    try:
        for chunk in answer.stream(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from map(json.loads, lines)
    except urllib3.exceptions.HTTPError:
        return  # it was stopped, or killed

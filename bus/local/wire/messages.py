"""HTTP as the servers and the protocols of the wire hand it to one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, whole: `path` and `query` as they were sent, percent-encoded; names of headers in lower case.

    Headers that came more than once are joined by ", " (of cookies, by "; ").
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """Its answer. Content-Length, Date and Connection are the server's to add.

    `headers` may hold a list where one name has several values, as Set-Cookie does.
    """

    status: int
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: bytes = b""

"""The world around the platform: it takes mails and text messages, and answers HTTP calls."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bus.local.continuations import when_done
from bus.local.later import Later
from bus.local.outside.interception import intercepting
from bus.local.outside.records import Answer, Call, Mail, Request, Text
from bus.local.plane import Plane

Handler = Callable[[Request], Answer | int]

# How much is kept under the real clock, which goes on for long.
_CALLS, _SENT = 1_000, 10_000
_ERROR = 400


class Outside:
    """Keeps what leaves, in order, where tests and people read it: `mails`, `texts`, `calls`.

    Under the virtual clock nothing opens a socket. HTTP requests to a host that nobody answers for fail as an unknown
    host does, and are kept in `unreachable`. Under the real one the plane's world makes the calls, and the last 1,000
    of them and of those that failed are kept, the last 10,000 mails and texts. A text message to a number in
    `opted_out` is dropped with a hop, as SNS drops it.
    """

    service: ClassVar[str] = "outside"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._handlers: dict[str, Handler] = {}
        self.mails: list[Mail] = []
        self.texts: list[Text] = []
        self.calls: list[Call] = []
        self.unreachable: list[Request] = []
        self.opted_out: set[str] = set()

    @classmethod
    def of(cls, plane: Plane) -> "Outside":
        """The outside of a plane that was opened with one."""
        outside: Outside = plane.rooms[cls.service]
        return outside

    def mail(self, mail: Mail) -> None:
        """Take a mail: one hop per recipient."""
        self._keep(self.mails, mail, _SENT)
        for recipient in mail.recipients:
            self._plane.ledger.record(self.service, "mail", recipient)

    def text(self, text: Text) -> None:
        """Take a text message, unless its number opted out."""
        out = text.to in self.opted_out
        if not out:
            self._keep(self.texts, text, _SENT)
        self._plane.ledger.record(self.service, "text", text.to, outcome="dropped" if out else "ok")

    def answer(self, host_or_prefix: str, handler: Handler) -> None:
        """Let `handler` answer calls to a host ("api.example") or to URLs that begin so ("https://api.example/v1").

        It returns a status or an Answer. The longest prefix wins, and a later handler for the same one.
        """
        self._handlers[host_or_prefix] = handler

    def forget(self, host_or_prefix: str) -> None:
        """Let nobody answer there any more: the host is unknown."""
        del self._handlers[host_or_prefix]

    def call(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """Make an HTTP call in process; None when nobody answers for its host."""
        request = Request(self._plane.clock.time(), method, url, headers, body)
        handler = self._handler(url)
        if handler is None:
            self._failed(request, "unknown host")
            return None
        given = handler(request)
        answer = Answer(given) if isinstance(given, int) else given
        self._answered(request, answer)
        return answer

    def begin(
        self, method: str, url: str, headers: dict[str, str], body: bytes, timeout: float
    ) -> Later[Answer | None]:
        """Make an HTTP call: in process under the virtual clock, where the answer is there at once; else a real one.

        None when no server can be reached. An answer whose `seconds` are more than `timeout` came too late.
        """
        world = self._plane.world
        if world is None:
            return Later.of(self.call(method, url, headers, body))
        request = Request(self._plane.clock.time(), method, url, headers, body)
        answer = when_done(self._plane, world.call(request, timeout), partial(self._came, request, timeout))
        return answer if isinstance(answer, Later) else Later.of(answer)

    def to_pass(self, seconds: float) -> float:
        """Of the seconds that an answer took, those that have yet to pass: none under the real clock."""
        return seconds if self._plane.world is None else 0.0

    def intercepting(self) -> AbstractContextManager[None]:
        """Within the block, what urllib3 would send (and so requests and botocore) comes here instead."""
        return intercepting(self.call)

    def _came(self, request: Request, timeout: float, came: Later[Answer | None]) -> Answer | None:
        answer = came.result()
        if answer is None:
            self._failed(request, "cannot be reached")
        elif answer.seconds > timeout:
            self._failed(request, f"no answer in {timeout:g} seconds")
        else:
            self._answered(request, answer)
        return answer

    def _answered(self, request: Request, answer: Answer) -> None:
        at, method, url = request.at, request.method, request.url
        self._keep(self.calls, Call(at, method, url, request.headers, request.body, answer.status), _CALLS)
        outcome = "ok" if answer.status < _ERROR else str(answer.status)
        self._plane.ledger.record(self.service, "call", url, outcome=outcome, note=method)

    def _failed(self, request: Request, why: str) -> None:
        self._keep(self.unreachable, request, _CALLS)
        note = f"{request.method}: {why}"
        self._plane.ledger.record(self.service, "call", request.url, outcome="failed", note=note)

    def _keep(self, kept: list[Any], one: object, most: int) -> None:
        kept.append(one)
        if self._plane.world is not None and len(kept) > most:
            del kept[:-most]

    def _handler(self, url: str) -> Handler | None:
        host = urlsplit(url).hostname
        matching = [key for key in self._handlers if key == host or _begins(url, key)]
        return self._handlers[max(matching, key=len)] if matching else None


def _begins(url: str, prefix: str) -> bool:
    """Whether `url` lies under `prefix`; "https://a.example" is no prefix of "https://a.example.org"."""
    return url.startswith(prefix) and (
        prefix.endswith("/") or url[len(prefix) : len(prefix) + 1] in ("", "/", "?", ":")
    )

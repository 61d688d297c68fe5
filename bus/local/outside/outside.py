"""The world around the platform: it takes mails and text messages, and answers HTTP calls."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ClassVar
from urllib.parse import urlsplit

from bus.local.outside.interception import intercepting
from bus.local.outside.records import Answer, Call, Mail, Request, Text
from bus.local.plane import Plane

Handler = Callable[[Request], Answer | int]


class Outside:
    """Keeps what leaves, in order, where tests and people read it: `mails`, `texts`, `calls`.

    Nothing opens a socket. HTTP requests to a host that nobody answers for fail as an unknown host
    does, and are kept in `unreachable`. A text message to a number in `opted_out` is dropped with a
    hop, as SNS drops it.
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
        self.mails.append(mail)
        for recipient in mail.recipients:
            self._plane.ledger.record(self.service, "mail", recipient)

    def text(self, text: Text) -> None:
        """Take a text message, unless its number opted out."""
        out = text.to in self.opted_out
        if not out:
            self.texts.append(text)
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
        """Make an HTTP call; None when nobody answers for its host."""
        request = Request(self._plane.clock.time(), method, url, headers, body)
        handler = self._handler(url)
        if handler is None:
            self.unreachable.append(request)
            self._plane.ledger.record(self.service, "call", url, outcome="failed", note=f"{method}: unknown host")
            return None
        given = handler(request)
        answer = Answer(given) if isinstance(given, int) else given
        self.calls.append(Call(request.at, method, url, headers, body, answer.status))
        outcome = "ok" if answer.status < 400 else str(answer.status)  # noqa: PLR2004 - HTTP's first error status
        self._plane.ledger.record(self.service, "call", url, outcome=outcome, note=method)
        return answer

    def intercepting(self) -> AbstractContextManager[None]:
        """Within the block, what urllib3 would send (and so requests and botocore) comes here instead."""
        return intercepting(self.call)

    def _handler(self, url: str) -> Handler | None:
        host = urlsplit(url).hostname
        matching = [key for key in self._handlers if key == host or _begins(url, key)]
        return self._handlers[max(matching, key=len)] if matching else None


def _begins(url: str, prefix: str) -> bool:
    """Whether `url` lies under `prefix`; "https://a.example" is no prefix of "https://a.example.org"."""
    return url.startswith(prefix) and (
        prefix.endswith("/") or url[len(prefix) : len(prefix) + 1] in ("", "/", "?", ":")
    )

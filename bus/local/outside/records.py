"""What left the platform: mails, text messages, HTTP calls. Instants are epoch seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as SES sent it; `text` and `html` are the bodies it had."""

    at: float
    message_id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str | None = None
    html: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody it went to."""
        return (*self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Text:
    """A text message as SNS sent it; `to` is an E.164 number, `sender` the sender id that it shows, if any."""

    at: float
    message_id: str
    to: str
    body: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; names of headers are in lower case."""

    at: float
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call(Request):
    """A request that somebody answered, and the status of the answer."""

    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    """How an HTTP server of the outside answers, and the seconds it takes to."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0

"""The request that an API destination gets: its URL, headers and body.

User guide, "API destinations", headers included in requests; API reference, HttpParameters: what the connection says
takes precedence over what the target says.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bus.local.event_paths import parse_path
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure
from bus.local.json_texts import read
from bus.local.operations import only
from bus.transformation.jsonpath import MISSING, find
from bus.transformation.template import as_json, as_text

CONTENT_TYPE = "application/json; charset=utf-8"
FIXED = {
    "user-agent": "Amazon/EventBridge/ApiDestinations",
    "range": "bytes=0-1048575",
    "accept-encoding": "gzip,deflate",
    "connection": "close",
}
# "EventBridge removes the following headers", whoever names them.
REMOVED = frozenset(
    {
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "range",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "user-agent",
        "upgrade",
        "via",
        "warning",
    }
)

Value = Callable[[Event], str]


class HttpParameters:
    """A target's HttpParameters, ready for any event.

    A value that is a JSON path is read from the event ("dynamic path parameters": user guide, "Event bus targets").
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        only(
            "events:PutTargets HttpParameters",
            given,
            ("PathParameterValues", "HeaderParameters", "QueryStringParameters"),
        )
        self._path = [_value(each) for each in given.get("PathParameterValues") or ()]
        self._headers = {name: _value(each) for name, each in (given.get("HeaderParameters") or {}).items()}
        self._query = {name: _value(each) for name, each in (given.get("QueryStringParameters") or {}).items()}

    def path(self, event: Event) -> list[str]:
        return [value(event) for value in self._path]

    def headers(self, event: Event) -> dict[str, str]:
        return {name: value(event) for name, value in self._headers.items()}

    def query(self, event: Event) -> dict[str, str]:
        return {name: value(event) for name, value in self._query.items()}


def _value(text: str) -> Value:
    if not text.startswith("$."):
        return lambda _: text
    steps = parse_path(text)

    def read(event: Event) -> str:
        found = find(event.fields, steps)
        if found is MISSING:
            said = f"The event has nothing at the path {text} of HttpParameters."
            raise DeliveryError(Failure("INVALID_PARAMETER", said, retryable=False))
        return as_text(found)

    return read


def with_path(url: str, values: list[str]) -> str:
    """The URL with each * of its path replaced by the next value."""
    parts = urlsplit(url)
    first, *others = parts.path.split("*")
    filled = first + "".join(
        (quote(values[at], safe="") if at < len(values) else "*") + other for at, other in enumerate(others)
    )
    return urlunsplit(parts._replace(path=filled))


def with_query(url: str, more: Mapping[str, str]) -> str:
    """The URL with these keys in its query, in the place of what they were."""
    if not more:
        return url
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in more]
    return urlunsplit(parts._replace(query=urlencode([*kept, *more.items()])))


def headers_of(*layers: Mapping[str, str]) -> dict[str, str]:
    """Headers in lower case, the later layers over the earlier; AWS's own over all."""
    given = {name.strip().lower(): value for layer in layers for name, value in layer.items()}
    kept = {name: value for name, value in given.items() if name not in REMOVED}
    return {"content-type": CONTENT_TYPE, **kept, **FIXED}


def with_body_parameters(text: str, more: Mapping[str, str]) -> str:
    """A JSON object with the connection's body parameters; AWS documents nothing for other bodies, which stay."""
    if not more:
        return text
    try:
        document = read(text)
    except ValueError:
        return text
    return as_json({**document, **more}) if isinstance(document, dict) else text

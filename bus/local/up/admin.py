"""What `bus tail` and `bus token` ask of a running platform; nothing of it is AWS's."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson

from bus.local.errors import PlaneError
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.times import iso
from bus.local.trace import trace_of
from bus.local.up.feed import Feed
from bus.local.up.names import Names
from bus.local.up.stack_apis import api_of
from bus.local.whereabouts import Whereabouts
from bus.local.wire.messages import Request, Response

PREFIX = "/_omnibus/"


class Admin:
    """Answers below `/_omnibus/`, and lets the endpoint answer the rest.

    | path | answers |
    |---|---|
    | health | {"ready": true} |
    | hops?from=N | hops from number N on (-1: from now on), for ever: a line of JSON each, see `feed.line` |
    | hops?from=N&subject=ID | those of one event, or of one correlation id |
    | trace/SUBJECT | the hops of an event or a correlation id, and where it is now |
    | token?stack=NAME | a bearer token of the stack's HTTP API; the body holds further claims |
    """

    def __init__(self, plane: Plane, names: Names, feed: Feed, endpoint: Callable[[Request], Later[Any]]) -> None:
        self._plane, self._names, self._feed, self._endpoint = plane, names, feed, endpoint
        self._pages: dict[str, Callable[[Request, str], Any]] = {
            "health": self._health,
            "hops": self._hops,
            "trace": self._trace,
            "token": self._token,
        }

    def answer(self, request: Request) -> Later[Any]:
        if not request.path.startswith(PREFIX):
            return self._endpoint(request)
        name, _, rest = request.path.removeprefix(PREFIX).partition("/")
        page = self._pages.get(name)
        if page is None:
            return Later.of(_json(404, {"message": f"there is no {request.path}; there are: {', '.join(self._pages)}"}))
        try:
            return Later.of(page(request, unquote(rest)))
        except (PlaneError, ValueError) as error:
            return Later.of(_json(400, {"message": str(error)}))

    def _health(self, _request: Request, _rest: str) -> Response:
        return _json(200, {"ready": True})

    def _hops(self, request: Request, _rest: str) -> Any:
        return self._feed.stream(int(_asked(request, "from", "0")), _asked(request, "subject", "") or None)

    def _trace(self, _request: Request, subject: str) -> Response:
        trace = trace_of(self._plane, subject)
        hops = [hop._asdict() for hop in trace.hops]
        return _json(200, {"subject": subject, "hops": hops, "now": [self._place(place) for place in trace.now]})

    def _place(self, held: Whereabouts) -> dict[str, Any]:
        until = None if held.until is None else iso(held.until)
        return {
            "service": held.service,
            "resource": held.resource,
            "place": self._names.short(held.resource),
            "state": held.state,
            "until": until,
            "note": held.note,
        }

    def _token(self, request: Request, _rest: str) -> Response:
        stack = _asked(request, "stack", "")
        claims = orjson.loads(request.body) if request.body else {}
        apis = self._plane.rooms["apigatewayv2"]
        return _json(200, {"token": apis.issue_token(api_of(self._plane, stack), claims)})


def _asked(request: Request, name: str, otherwise: str) -> str:
    return parse_qs(request.query).get(name, [otherwise])[0]


def _json(status: int, value: object) -> Response:
    return Response(status, {"content-type": "application/json"}, orjson.dumps(value))

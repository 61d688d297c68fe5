"""Errors as RFC 9457 problem details."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from bus.sdk import EventTooLargeError
from services.orders.domain import ForbiddenTransitionError, MixedCurrenciesError
from services.orders.ports import CursorError, KeyReusedError, LostRaceError, OrderNotFoundError

_TYPE = "https://omnibus.example/problems/{}"

# error -> its status, the last part of its type, and its title
_KINDS: Mapping[type[Exception], tuple[HTTPStatus, str, str]] = {
    OrderNotFoundError: (HTTPStatus.NOT_FOUND, "order-not-found", "There is no such order"),
    ForbiddenTransitionError: (HTTPStatus.CONFLICT, "forbidden-transition", "The order's status does not allow this"),
    LostRaceError: (HTTPStatus.CONFLICT, "lost-race", "The order was changed at the same moment"),
    KeyReusedError: (HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The idempotency key is taken"),
    MixedCurrenciesError: (HTTPStatus.BAD_REQUEST, "malformed-request", "The request is malformed"),
    CursorError: (HTTPStatus.BAD_REQUEST, "malformed-request", "The request is malformed"),
    EventTooLargeError: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "order-too-large", "The order is too large"),
}
KNOWN = list(_KINDS)


def refused(error: Exception, instance: str) -> Response[str]:
    """The answer to a request that `error` refused, one of `KNOWN`."""
    status, kind, title = _KINDS[type(error)]
    return _problem(status, kind, title, str(error), instance)


def no_route(instance: str) -> Response[str]:
    """The answer to a path or method that the API does not have."""
    return _problem(HTTPStatus.NOT_FOUND, "no-route", "There is nothing here", "no such path and method", instance)


def not_json(instance: str) -> dict[str, Any]:
    """The answer to a body of another media type, ready for the gateway: the resolver never sees the request."""
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    response = _problem(status, "not-json", "The body is not JSON", "send content-type: application/json", instance)
    return {"statusCode": status.value, "headers": {"Content-Type": response.content_type}, "body": response.body}


def unreadable(error: Exception, instance: str) -> Response[str]:
    """The answer to a body that is no text in UTF-8, or is nested beyond reading."""
    return malformed([{"type": "unreadable", "loc": ("body",), "msg": f"cannot be read: {error}"}], instance)


def malformed(faults: Iterable[Mapping[str, Any]], instance: str) -> Response[str]:
    """The answer to a request that is not what the API takes: every fault, with its JSON pointer.

    Faults are pydantic's, whose `loc` begins with the part of the request ("body", "query").
    """
    errors = [_fault(fault) for fault in faults]
    detail = f"{len(errors)} faults; see errors" if len(errors) > 1 else "1 fault; see errors"
    return _problem(
        HTTPStatus.BAD_REQUEST, "malformed-request", "The request is malformed", detail, instance, errors=errors
    )


def _problem(status: HTTPStatus, kind: str, title: str, detail: str, instance: str, **members: Any) -> Response[str]:
    body = {
        "type": _TYPE.format(kind),
        "title": title,
        "status": status.value,
        "detail": detail,
        "instance": instance,
        **members,
    }
    return Response(status.value, content_type="application/problem+json", body=json.dumps(body))


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    if fault["type"] == "json_invalid":
        _, position = fault["loc"]
        return {"path": "", "message": f"not JSON: {fault['ctx']['error']} at character {position}"}
    return {"path": _pointer(fault["loc"][1:]), "message": fault["msg"]}


def _pointer(location: Iterable[str | int]) -> str:
    # RFC 6901: "~" and "/" inside a name are escaped.
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)

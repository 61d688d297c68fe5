"""Errors of an HTTP API as RFC 9457 problem details, the same for every service.

app = APIGatewayHttpResolver(enable_validation=True)
answer_problems(app)
"""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

_TYPE = "https://omnibus.example/problems/{}"


def problem(
    app: APIGatewayHttpResolver, status: HTTPStatus, kind: str, title: str, detail: str, **members: Any
) -> Response[str]:
    """One problem: `kind` is the last part of its type's URI, `detail` says what is wrong with this request."""
    body = {
        "type": _TYPE.format(kind),
        "title": title,
        "status": status.value,
        "detail": detail,
        "instance": app.current_event.path,
        **members,
    }
    return Response(status.value, content_type="application/problem+json", body=json.dumps(body))


def answer_problems(app: APIGatewayHttpResolver) -> None:
    """Let `app` answer what the resolver itself refuses: malformed requests, other media types, unknown routes.

    A malformed request is answered with 400 and `errors`: every fault, with its JSON pointer.
    """

    def malformed(error: RequestValidationError) -> Response[str]:
        errors = [_fault(fault) for fault in error.errors()]
        detail = f"{len(errors)} fault{'s' if len(errors) > 1 else ''}; see errors"
        title = "The request is malformed"
        return problem(app, HTTPStatus.BAD_REQUEST, "malformed-request", title, detail, errors=errors)

    def not_json(_: RequestUnsupportedContentType) -> Response[str]:
        detail = "send content-type: application/json"
        return problem(app, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json", "The body is not JSON", detail)

    def no_route(_: NotFoundError) -> Response[str]:
        return problem(app, HTTPStatus.NOT_FOUND, "no-route", "There is nothing here", "no such path and method")

    app.exception_handler(RequestValidationError)(malformed)
    app.exception_handler(RequestUnsupportedContentType)(not_json)
    app.not_found(no_route)


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    """A fault of pydantic's, whose `loc` begins with the part of the request ("body", "query")."""
    if fault["type"] == "json_invalid":
        _, position = fault["loc"]
        return {"path": "", "message": f"not JSON: {fault['ctx']['error']} at character {position}"}
    return {"path": _pointer(fault["loc"][1:]), "message": fault["msg"]}


def _pointer(location: Iterable[str | int]) -> str:
    # RFC 6901: "~" and "/" inside a name are escaped.
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)

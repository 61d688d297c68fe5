"""An HTTP API in front of a service: Powertools' resolver, with problems as problems and a correlation id."""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from bus.sdk.correlation import following
from bus.sdk.problems import MALFORMED, NO_ROUTE, NOT_JSON, Problem, faults_of

_CORRELATION = "x-correlation-id"
_CORRELATION_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_PROBLEM = "application/problem+json"


class HttpApi:
    """A Lambda handler of HTTP API requests (payload format 2.0).

        api = HttpApi({OrderNotFoundError: Problem(HTTPStatus.NOT_FOUND, "order-not-found", "…")})

        @api.routes.get("/orders/<order_id>")
        def get_order(order_id: str) -> Response[str]: ...

        handler = api

    Requests are validated by their routes' annotations: a malformed one is answered with 400 and every
    fault in it. Errors named in `problems` are answered as such; any other escapes, so that Lambda counts
    it and the gateway answers 500. Each answer carries the correlation id of its request, or a new one.
    """

    def __init__(self, problems: Mapping[type[Exception], Problem] | None = None) -> None:
        self._problems = problems or {}
        self.routes = APIGatewayHttpResolver(enable_validation=True)
        self.routes.exception_handler(RequestValidationError)(self._malformed)
        # The body of the request: no text in UTF-8, or nested beyond reading.
        self.routes.exception_handler([UnicodeDecodeError, RecursionError])(self._unreadable)
        if self._problems:
            self.routes.exception_handler(list(self._problems))(self._refused)
        self.routes.not_found(self._no_route)

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        given = event["headers"].get(_CORRELATION, "")
        with following(given if _CORRELATION_ID.fullmatch(given) else None) as story:
            answer = self.routes.resolve(dict(event), context) if _is_json(event) else _not_json(event["rawPath"])
        answer["headers"][_CORRELATION] = story.correlation_id
        return answer

    def _malformed(self, error: RequestValidationError) -> Response[str]:
        return self._faulty(faults_of(error.errors()))

    def _unreadable(self, error: Exception) -> Response[str]:
        return self._faulty([{"path": "", "message": f"cannot be read: {error}"}])

    def _faulty(self, errors: list[dict[str, str]]) -> Response[str]:
        detail = f"{len(errors)} fault{'s' if len(errors) > 1 else ''}; see errors"
        return self._answer(MALFORMED, detail, errors=errors)

    def _refused(self, error: Exception) -> Response[str]:
        return self._answer(self._problems[type(error)], str(error))

    def _no_route(self, _: NotFoundError) -> Response[str]:
        return self._answer(NO_ROUTE, "no such path and method")

    def _answer(self, problem: Problem, detail: str, **members: Any) -> Response[str]:
        body = problem.at(self.routes.current_event.path, detail, **members)
        return Response(problem.status.value, content_type=_PROBLEM, body=body)


def _is_json(event: Mapping[str, Any]) -> bool:
    # Powertools would read forms as well, which no API of ours takes.
    kind = event["headers"].get("content-type", "application/json")
    return not event.get("body") or kind.partition(";")[0].strip().lower() == "application/json"


def _not_json(path: str) -> dict[str, Any]:
    # Ready for the gateway: the resolver never sees the request.
    body = NOT_JSON.at(path, "send content-type: application/json")
    return {"statusCode": NOT_JSON.status.value, "headers": {"Content-Type": _PROBLEM}, "body": body}

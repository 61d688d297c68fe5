"""How a request is answered: stage, route, authorizer, function."""

import base64
from typing import Any

import orjson

from bus.local.errors import AwsError, PlaneError
from bus.local.http_api.api import Api, Stage
from bus.local.http_api.request import HttpRequest, Received, event
from bus.local.http_api.response import HttpResponse, failure, from_function, refusal
from bus.local.http_api.routes import Match, Route
from bus.local.http_api.tokens import Caller, TokenError, Tokens
from bus.local.plane import Plane

_MOST_BYTES = 10 * 1024 * 1024


class _RefusedError(PlaneError):
    """An answer that cuts the way short."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class Gateway:
    """API Gateway's way with a request to an HTTP API."""

    def __init__(self, plane: Plane, tokens: Tokens) -> None:
        self._plane, self._tokens = plane, tokens

    def answer(self, api: Api, request: HttpRequest) -> HttpResponse:
        """The answer to a request, whatever goes wrong behind the API."""
        cors = api.definition.cors
        preflight = None if cors is None else cors.preflight(request)
        if preflight is not None:
            return preflight
        response = self._routed(api, request)
        return response if cors is None else cors.tell(request, response)

    def _routed(self, api: Api, request: HttpRequest) -> HttpResponse:
        try:
            stage, match = self._find(api, request)
            caller = self._caller(api, request, match.route)
        except _RefusedError as refused:
            self._record(api, "-", f"{request.method}{request.path}", refused.response)
            return refused.response
        received = self._received(api, stage, match, caller)
        response = self._invoke(match.route.function, orjson.dumps(event(request, received)))
        self._record(api, stage.name, match.route.key.replace(" ", ""), response)
        return response

    def _find(self, api: Api, request: HttpRequest) -> tuple[Stage, Match]:
        stage = api.stage(request.path)
        if stage is None:
            raise _RefusedError(refusal(404, "Not Found"))
        match = api.definition.routes.find(request.method, stage.route_path(request.path))
        if match is None:
            raise _RefusedError(refusal(404, "Not Found"))
        if len(request.body) > _MOST_BYTES:
            raise _RefusedError(refusal(413, "Request Entity Too Large"))
        return stage, match

    def _caller(self, api: Api, request: HttpRequest, route: Route) -> Caller | None:
        """Who calls; None on a route without authorizer."""
        if route.authorizer is None:
            return None
        authorizer = api.definition.authorizers[route.authorizer]
        token = authorizer.token(request)
        if token is None:
            raise _RefusedError(refusal(401, "Unauthorized", www_authenticate="Bearer"))
        try:
            caller = self._tokens.check(token, authorizer, self._plane.clock.time())
        except TokenError as error:
            told = f'Bearer scope="" error="invalid_token" error_description="{error}"'
            raise _RefusedError(refusal(401, "Unauthorized", www_authenticate=told)) from error
        if route.scopes and not set(route.scopes) & set(caller.scopes):
            raise _RefusedError(refusal(403, "Forbidden"))
        return caller

    def _received(self, api: Api, stage: Stage, match: Match, caller: Caller | None) -> Received:
        now = self._plane.clock.now()
        return Received(
            api_id=api.id,
            account=self._plane.account,
            domain=api.domain,
            stage=stage.name,
            route_key=match.route.key,
            variables=match.variables,
            request_id=base64.b64encode(self._plane.chance.bytes(11)).decode(),
            trace_id=f"Root=1-{int(now.timestamp()):08x}-{self._plane.chance.hex(24)}",
            at=now,
            authorizer=None if caller is None else caller.context(match.route.scopes),
            stage_variables=stage.variables,
        )

    def _invoke(self, function: str, payload: bytes) -> HttpResponse:
        invocation: dict[str, Any] = {"FunctionName": function, "InvocationType": "RequestResponse", "Payload": payload}
        try:
            answer = self._plane.call_with("lambda", "Invoke", invocation)
        except AwsError:  # the function is throttled, or gone: the client hears no more than on AWS
            return failure()
        return failure() if "FunctionError" in answer else from_function(answer["Payload"])

    def _record(self, api: Api, stage: str, route: str, response: HttpResponse) -> None:
        outcome = "ok" if response.status < 400 else str(response.status)  # noqa: PLR2004 - HTTP's bound of success
        where = self._plane.arn("execute-api", f"{api.id}/{stage}/{route}")
        self._plane.ledger.record("apigatewayv2", "request", where, outcome=outcome)

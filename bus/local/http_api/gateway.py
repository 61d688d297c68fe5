"""How a request is answered: stage, route, throttle, authorizer, function."""

import base64
import hashlib
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from bus.local.continuations import when_done, within
from bus.local.errors import AwsError, PlaneError
from bus.local.http_api.api import Api, Stage
from bus.local.http_api.cors import Cors
from bus.local.http_api.request import HttpRequest, Received, event
from bus.local.http_api.response import HttpResponse, failure, from_function, refusal
from bus.local.http_api.routes import Match, Route
from bus.local.http_api.throttling import Throttles
from bus.local.http_api.tokens import Caller, TokenError, Tokens
from bus.local.later import Later
from bus.local.operations import Response
from bus.local.plane import Plane

MOST_BYTES = 10 * 1024 * 1024  # of a body: same guide, "Quotas for configuring and running an HTTP API"
_REQUEST_ID_BYTES = 11
# Seconds: API Gateway developer guide, "Quotas for configuring and running an HTTP API", maximum integration timeout.
_LONGEST_INTEGRATION = 30.0


class _RefusedError(PlaneError):
    """An answer that cuts the way short."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class Gateway:
    """API Gateway's way with a request to an HTTP API."""

    def __init__(self, plane: Plane, tokens: Tokens, throttles: Throttles) -> None:
        self._plane, self._tokens, self._throttles = plane, tokens, throttles
        self._stopped_short = 0

    def begin(self, api: Api, request: HttpRequest) -> Later[HttpResponse]:
        """The answer to a request, whatever goes wrong behind the API."""
        cors = api.definition.cors
        preflight = None if cors is None else cors.preflight(request)
        if preflight is not None:
            return Later.of(self._stop_short(api, preflight))
        response = self._routed(api, request)
        if cors is not None:
            response = when_done(self._plane, response, partial(_told, cors, request))
        return response if isinstance(response, Later) else Later.of(response)

    def _routed(self, api: Api, request: HttpRequest) -> HttpResponse | Later[HttpResponse]:
        try:
            stage, match = self._find(api, request)
            self._throttle(api, stage, match.route)
            caller = self._caller(api, request, match.route)
        except _RefusedError as refused:
            self._record(api, "-", f"{request.method}{request.path}", refused.response)
            return self._stop_short(api, refused.response)
        received = self._received(api, stage, match, caller)
        response = self._invoke(match.route.function, orjson.dumps(event(request, received)))
        route = match.route.key.replace(" ", "")
        return when_done(self._plane, response, partial(self._answered, api, stage.name, route, received.request_id))

    def _answered(self, api: Api, stage: str, route: str, request_id: str, answer: Later[HttpResponse]) -> HttpResponse:
        response = replace(answer.result(), request_id=request_id)
        self._record(api, stage, route, response)
        return response

    def _stop_short(self, api: Api, response: HttpResponse) -> HttpResponse:
        """An answer that no function was asked for. Its request's id is drawn without the plane's chance.

        So whatever is asked in vain changes no id of what follows.
        """
        self._stopped_short += 1
        drawn = hashlib.sha256(f"{api.id}/{self._stopped_short}".encode()).digest()[:_REQUEST_ID_BYTES]
        return replace(response, request_id=base64.b64encode(drawn).decode())

    def _find(self, api: Api, request: HttpRequest) -> tuple[Stage, Match]:
        stage = api.stage(request.path)
        if stage is None:
            raise _RefusedError(refusal(404, "Not Found"))
        match = api.definition.routes.find(request.method, stage.route_path(request.path))
        if match is None:
            raise _RefusedError(refusal(404, "Not Found"))
        if len(request.body) > MOST_BYTES:
            raise _RefusedError(refusal(413, "Request Entity Too Large"))
        return stage, match

    def _throttle(self, api: Api, stage: Stage, route: Route) -> None:
        if not self._throttles.admit(api.id, stage.name, route.key, stage.limits, self._plane.clock.time()):
            raise _RefusedError(refusal(429, "Too Many Requests"))

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
            request_id=base64.b64encode(self._plane.chance.bytes(_REQUEST_ID_BYTES)).decode(),
            trace_id=f"Root=1-{int(now.timestamp()):08x}-{self._plane.chance.hex(24)}",
            at=now,
            authorizer=None if caller is None else caller.context(match.route.scopes),
            stage_variables=stage.variables,
        )

    def _invoke(self, function: str, payload: bytes) -> HttpResponse | Later[HttpResponse]:
        invocation: dict[str, Any] = {"FunctionName": function, "InvocationType": "RequestResponse", "Payload": payload}
        response = when_done(self._plane, self._plane.begin("lambda", "Invoke", invocation), _of_function)
        if not isinstance(response, Later):
            return response
        return within(self._plane, response, _LONGEST_INTEGRATION, refusal(503, "Service Unavailable"))

    def _record(self, api: Api, stage: str, route: str, response: HttpResponse) -> None:
        outcome = "ok" if response.status < 400 else str(response.status)  # noqa: PLR2004 - HTTP's bound of success
        where = self._plane.arn("execute-api", f"{api.id}/{stage}/{route}")
        self._plane.ledger.record("apigatewayv2", "request", where, outcome=outcome)


def _of_function(invoked: Later[Response]) -> HttpResponse:
    try:
        answer = invoked.result()
    except AwsError:  # the function is throttled, or gone: the client hears no more than on AWS
        return failure()
    return failure() if "FunctionError" in answer else from_function(answer["Payload"])


def _told(cors: Cors, request: HttpRequest, answer: Later[HttpResponse]) -> HttpResponse:
    return cors.tell(request, answer.result())

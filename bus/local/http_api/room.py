"""The room of the HTTP APIs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bus.local.errors import PlaneError
from bus.local.http_api.api import Api, Stage
from bus.local.http_api.gateway import Gateway
from bus.local.http_api.openapi import read
from bus.local.http_api.request import Headers, HttpRequest, Query
from bus.local.http_api.response import HttpResponse
from bus.local.http_api.throttling import RouteSettingsError, StageLimits, Throttles
from bus.local.http_api.tokens import Tokens
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.resources import (
    LABEL,
    LOGGED,
    Deployed,
    Made,
    RefusedValuesError,
    Resource,
    removes,
    resource,
    updates,
)

_TOKEN_SECONDS = 3600


class UnknownApiError(PlaneError):
    """A request to an API that no stack has."""

    def __init__(self, api_id: str, known: list[str]) -> None:
        self.api_id, self.known = api_id, known
        super().__init__(f"there is no HTTP API {api_id}; there are: {', '.join(known) or 'none'}")


class NoAuthorizerError(PlaneError):
    """A token for an API that asks for none."""

    def __init__(self, api_id: str) -> None:
        self.api_id = api_id
        super().__init__(f"the HTTP API {api_id} has no JWT authorizer, so it takes no tokens")


class HttpApiRoom:
    """API Gateway's HTTP APIs (payload format 2.0), in front of Lambda functions."""

    service: ClassVar[str] = "apigatewayv2"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._apis: dict[str, Api] = {}
        self._tokens = Tokens(plane.chance.bytes(32))
        self._throttles = Throttles()
        self._gateway = Gateway(plane, self._tokens, self._throttles)

    def request(
        self,
        api_id: str,
        method: str,
        path: str,
        *,
        headers: Headers | None = None,
        query: Query | None = None,
        body: bytes | str | None = None,
    ) -> HttpResponse:
        """Send a request and wait for its answer; `path` is percent-encoded, and may bring a query.

        Raises UnknownApiError. Whatever goes wrong behind the API is a response, as on AWS.
        """
        return self.begin_request(api_id, HttpRequest.of(method, path, headers, query, body)).result()

    def begin_request(self, api_id: str, request: HttpRequest) -> Later[HttpResponse]:
        """The same, for whoever can wait for the answer. Raises UnknownApiError."""
        return self._gateway.begin(self._api(api_id), request)

    def issue_token(self, api_id: str, claims: Mapping[str, Any] | None = None) -> str:
        """A bearer token that the API's JWT authorizer accepts for the next hour; `claims` come over its own.

        Raises UnknownApiError, NoAuthorizerError.
        With several authorizers, it is the first one's; `iss` and `aud` among the claims say otherwise.
        """
        authorizers = self._api(api_id).definition.authorizers
        if not authorizers:
            raise NoAuthorizerError(api_id)
        first = next(iter(authorizers.values()))
        now = int(self._plane.clock.time())
        own = {"iss": first.issuer, "aud": list(first.audience), "iat": now, "exp": now + _TOKEN_SECONDS}
        return self._tokens.issue({**own, **(claims or {})})

    def _api(self, api_id: str) -> Api:
        if api_id not in self._apis:
            raise UnknownApiError(api_id, list(self._apis))
        return self._apis[api_id]

    @resource(
        "AWS::ApiGatewayV2::Api",
        acts_on={"Body"},
        inert={
            "Description": LABEL,
            "FailOnWarnings": "what the plane cannot read is always an error",
            "Name": LABEL,
            "Tags": LABEL,
        },
    )
    def make_api(self, wanted: Resource) -> Deployed:
        """Make an API; it answers once it has a stage."""
        if "Body" not in wanted.properties:
            raise wanted.unsupported("an API without Body; AWS::Serverless::HttpApi makes one")
        api_id = self._plane.chance.hex(10)
        domain = f"{api_id}.execute-api.{self._plane.region}.amazonaws.com"
        self._apis[api_id] = Api(api_id, domain, read(wanted))
        endpoint = f"https://{domain}"
        return Deployed(
            api_id, {"ApiEndpoint": endpoint, "ApiId": api_id, "ExecuteApiArn": self._plane.arn("execute-api", api_id)}
        )

    @updates("AWS::ApiGatewayV2::Api")
    def update_api(self, wanted: Resource, made: Made) -> Deployed:
        """The API keeps its address and its stages; its routes are those of the new body."""
        if "Body" not in wanted.properties:
            raise wanted.unsupported("an API without Body; AWS::Serverless::HttpApi makes one")
        self._api(made.ref).definition = read(wanted)
        return made.deployed

    @removes("AWS::ApiGatewayV2::Api")
    def remove_api(self, made: Made) -> None:
        del self._apis[self._api(made.ref).id]
        self._throttles.forget(made.ref)

    @resource(
        "AWS::ApiGatewayV2::Stage",
        acts_on={
            "ApiId",
            "DefaultRouteSettings.DataTraceEnabled",
            "DefaultRouteSettings.LoggingLevel",
            "DefaultRouteSettings.ThrottlingBurstLimit",
            "DefaultRouteSettings.ThrottlingRateLimit",
            "RouteSettings",
            "StageName",
            "StageVariables",
        },
        inert={
            "AccessLogSettings": LOGGED,
            "AutoDeploy": "what the template says is deployed",
            "DefaultRouteSettings.DetailedMetricsEnabled": "nothing is measured here",
            "Description": LABEL,
            "Tags": LABEL,
        },
        replaced_by={"ApiId", "StageName"},
    )
    def make_stage(self, wanted: Resource) -> Deployed:
        """Open an API to requests."""
        name = wanted.properties["StageName"]
        api = self._api(wanted.properties["ApiId"])
        api.stages[name] = Stage(name, wanted.properties.get("StageVariables", {}), _limits(wanted, api))
        return Deployed(name)

    @updates("AWS::ApiGatewayV2::Stage")
    def update_stage(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - it is made over
        return self.make_stage(wanted)

    @removes("AWS::ApiGatewayV2::Stage")
    def remove_stage(self, made: Made) -> None:
        api = self._apis.get(made.properties["ApiId"])
        if api is not None:  # an API that was deleted took its stages with it
            api.stages.pop(made.ref, None)


def _limits(wanted: Resource, api: Api) -> StageLimits:
    default, routes = wanted.properties.get("DefaultRouteSettings"), wanted.properties.get("RouteSettings", {})
    try:
        return StageLimits.read(default, routes, api.definition.routes.keys)
    except RouteSettingsError as error:
        raise RefusedValuesError(wanted, str(error), error.path) from error

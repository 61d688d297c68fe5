"""The OpenAPI document of an API, with API Gateway's extensions, as SAM writes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.http_api.cors import Cors
from bus.local.http_api.routes import ANY, DEFAULT, Route, Routes
from bus.local.http_api.tokens import SOURCES, JwtAuthorizer
from bus.local.resources import RefusedValuesError, Resource

_FUNCTION = re.compile(r"arn:aws:apigateway:[^:]+:lambda:path/2015-03-31/functions/(?P<arn>.+)/invocations")

# What a document may contain; the rest of it says nothing of how requests are answered.
_DOCUMENT = frozenset({"components", "info", "openapi", "paths", "tags", "x-amazon-apigateway-cors"})
_OPERATION = frozenset(
    {
        "description",
        "isDefaultRoute",
        "operationId",
        "parameters",
        "responses",
        "security",
        "summary",
        "tags",
        "x-amazon-apigateway-integration",
    }
)
_CORS = frozenset({"allowCredentials", "allowHeaders", "allowMethods", "allowOrigins", "exposeHeaders", "maxAge"})
_INTEGRATION = frozenset({"httpMethod", "payloadFormatVersion", "timeoutInMillis", "type", "uri"})
_ANY_METHOD = "x-amazon-apigateway-any-method"
_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", _ANY_METHOD})
_NONE = "NONE"  # SAM's word for a route without authorizer


@dataclass(frozen=True)
class Definition:
    """An API: its routes, its authorizers by name, and what browsers are told."""

    routes: Routes
    authorizers: Mapping[str, JwtAuthorizer]
    cors: Cors | None


def read(wanted: Resource) -> Definition:
    """Read the `Body` of an AWS::ApiGatewayV2::Api. Raises UnsupportedResourceError."""
    body = wanted.properties["Body"]
    _only(wanted, "Body", body, _DOCUMENT)
    authorizers = dict(_authorizers(wanted, body))
    routes = Routes(_routes(wanted, body, authorizers))
    return Definition(routes, authorizers, _cors(wanted, body.get("x-amazon-apigateway-cors")))


def _cors(wanted: Resource, written: Mapping[str, Any] | None) -> Cors | None:
    if written is None:
        return None
    place = "Body.x-amazon-apigateway-cors"
    _only(wanted, place, written, _CORS)
    cors = Cors.of(written)
    if cors.credentials and "*" in cors.origins:
        raise RefusedValuesError(wanted, "allow-credentials is not supported if 'allow-origin' is *", place)
    return cors


def _routes(wanted: Resource, body: Mapping[str, Any], authorizers: Mapping[str, Any]) -> Iterator[Route]:
    for path, item in body.get("paths", {}).items():
        _only(wanted, f"Body.paths.{path}", item, _METHODS)
        for method, operation in item.items():
            yield _route(wanted, path, method, operation, authorizers)


def _route(
    wanted: Resource, path: str, method: str, operation: Mapping[str, Any], authorizers: Mapping[str, Any]
) -> Route:
    place = f"Body.paths.{path}.{method}"
    _only(wanted, place, operation, _OPERATION)
    authorizer, scopes = _security(wanted, place, operation, authorizers)
    return Route(
        method=ANY if method == _ANY_METHOD else method.upper(),
        path=None if path.removeprefix("/") == DEFAULT else path,
        function=_function(wanted, place, operation),
        authorizer=authorizer,
        scopes=scopes,
    )


def _function(wanted: Resource, place: str, operation: Mapping[str, Any]) -> str:
    integration = operation.get("x-amazon-apigateway-integration", {})
    place = f"{place}.x-amazon-apigateway-integration"
    _only(wanted, place, integration, _INTEGRATION)
    if integration.get("payloadFormatVersion") != "2.0":
        raise wanted.unsupported(f"{place}: a payload format other than 2.0")
    found = _FUNCTION.fullmatch(str(integration.get("uri")))
    if integration.get("type") != "aws_proxy" or found is None:
        raise wanted.unsupported(f"{place}: an integration other than a Lambda function (aws_proxy)")
    return found["arn"]


def _security(
    wanted: Resource, place: str, operation: Mapping[str, Any], authorizers: Mapping[str, Any]
) -> tuple[str | None, tuple[str, ...]]:
    for requirement in operation.get("security", ()):
        for name, scopes in requirement.items():
            if name == _NONE:
                return None, ()
            if name not in authorizers:
                raise wanted.unsupported(f"{place}: the authorizer {name}, which the template does not define")
            return name, tuple(scopes)
    return None, ()


def _authorizers(wanted: Resource, body: Mapping[str, Any]) -> Iterator[tuple[str, JwtAuthorizer]]:
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        written = scheme.get("x-amazon-apigateway-authorizer", {})
        place = f"Body.components.securitySchemes.{name}"
        if written.get("type") != "jwt":
            raise wanted.unsupported(f"{place}: an authorizer other than jwt")
        if not str(written.get("identitySource")).startswith(SOURCES):
            raise wanted.unsupported(f"{place}: an identity source other than {'… and '.join(SOURCES)}…")
        jwt = written["jwtConfiguration"]
        audience = jwt.get("audience", ())
        audience = (audience,) if isinstance(audience, str) else tuple(audience)
        yield name, JwtAuthorizer(name, written["identitySource"], jwt["issuer"], audience)


def _only(wanted: Resource, place: str, found: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in found:
        if key not in known:
            raise wanted.unsupported(f"the property {place}.{key}")

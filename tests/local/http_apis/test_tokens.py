"""JWT authorizers: every claim that API Gateway reads, and where it finds the token."""

import base64
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bus.local.errors import UnsupportedResourceError
from tests.local.http_apis.site import JWT, Site, template

NOW = 1767225600  # when the plane's clock starts: 1 January 2026
SCOPED = """
        Scoped:
          Type: HttpApi
          Properties: {ApiId: !Ref Api, Method: GET, Path: /scoped, Auth: {AuthorizationScopes: [a.read, a.write]}}
"""

Ask = Callable[..., Any]


@pytest.fixture
def site(site_of: Callable[..., Site]) -> Site:
    return site_of(template(api=JWT, routes=SCOPED))


@pytest.fixture
def ask(site: Site) -> Ask:
    """`ask(path, **claims)`: a GET with a token that makes them."""

    def ask(path: str = "/orders/1", **claims: Any) -> Any:
        token = site.room.issue_token(site.id, claims)
        return site.request("GET", path, headers={"Authorization": f"Bearer {token}"})

    return ask


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": "orders"},
        {"aud": ["others", "orders"]},
        {"aud": None, "client_id": "orders"},
        {"aud": "orders", "client_id": "billing"},
        {"nbf": NOW, "iat": NOW, "exp": NOW + 1},
        {"iat": NOW - 0.5},
    ],
)
def test_a_token_for_this_api_at_this_time_is_taken(ask: Ask, claims: dict[str, Any]) -> None:
    assert ask(**claims).status == 200


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://issuer.example/"}, "the token does not have a valid issuer"),
        ({"iss": None}, "the token does not have a valid issuer"),
        ({"aud": "billing"}, "the token does not have a valid audience"),
        ({"aud": "billing", "client_id": "orders"}, "the token does not have a valid audience"),
        ({"aud": []}, "the token does not have a valid audience"),
        ({"exp": NOW}, "the token has expired"),
        ({"exp": "tomorrow"}, "the token's exp is no time"),
        ({"nbf": NOW + 1}, "the token is not valid yet"),
        ({"iat": NOW + 1}, "the token is not valid yet"),
        ({"nbf": [1]}, "the token's nbf is no time"),
    ],
)
def test_any_other_is_refused_with_the_reason(site: Site, ask: Ask, claims: dict[str, Any], why: str) -> None:
    refused = ask(**claims)

    assert (refused.status, refused.json()) == (401, {"message": "Unauthorized"})
    assert refused.headers["www-authenticate"] == f'Bearer scope="" error="invalid_token" error_description="{why}"'
    assert site.functions.events == []


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scope": "a.read"}, 200),
        ({"scope": "other a.write"}, 200),
        ({"scp": ["a.read", "other"]}, 200),
        ({"scp": "a.read other"}, 200),
        ({"scope": "other", "scp": "a.read"}, 403),
        ({"scope": "a.readable"}, 403),
        ({"scope": ""}, 403),
        ({}, 403),
    ],
)
def test_a_route_with_scopes_wants_one_of_them(ask: Ask, claims: dict[str, Any], status: int) -> None:
    answer = ask("/scoped", **claims)

    assert answer.status == status
    assert status == 200 or answer.json() == {"message": "Forbidden"}


@pytest.mark.parametrize("header", ["{}", "Bearer {}", "bearer {}"])
def test_the_token_may_come_with_bearer_and_without(site: Site, header: str) -> None:
    token = site.room.issue_token(site.id)

    assert site.request("GET", "/orders/1", headers={"Authorization": header.format(token)}).status == 200


@pytest.mark.parametrize("header", ["", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "Bearer 1.2.3.4", "Bearer é"])
def test_what_is_no_token_is_refused(site: Site, header: str) -> None:
    assert site.request("GET", "/orders/1", headers={"Authorization": header}).status == 401


def test_a_token_that_is_not_signed_is_refused(site: Site) -> None:
    _, claims, _ = site.room.issue_token(site.id).split(".")
    head = base64.urlsafe_b64encode(orjson.dumps({"alg": "none"})).decode().rstrip("=")

    refused = site.request("GET", "/orders/1", headers={"Authorization": f"{head}.{claims}."})

    assert (refused.status, "signature" in refused.headers["www-authenticate"]) == (401, True)


def test_the_token_may_be_in_the_query(site_of: Callable[..., Site]) -> None:
    site = site_of(template(api=JWT.replace("$request.header.Authorization", "$request.querystring.token")))
    token = site.room.issue_token(site.id)

    assert site.request("GET", "/orders/1", query={"token": token}).status == 200
    assert site.request("GET", "/orders/1", query={"token": "x"}).status == 401
    assert site.request("GET", "/orders/1", headers={"Authorization": token}).headers["www-authenticate"] == "Bearer"


def test_a_token_from_elsewhere_is_refused_by_name(site_of: Callable[..., Site]) -> None:
    elsewhere = JWT.replace("$request.header.Authorization", "$context.token")

    with pytest.raises(UnsupportedResourceError, match="an identity source other than"):
        site_of(template(api=elsewhere))

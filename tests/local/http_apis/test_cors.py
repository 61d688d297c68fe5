"""What browsers are told of other origins' pages."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.local.errors import UnsupportedResourceError
from bus.local.resources import RefusedValuesError
from tests.local.http_apis.site import JWT, Site, template

SHOP = "https://shop.example"
ALL = f"""
      CorsConfiguration:
        AllowOrigins: ["{SHOP}", "http://localhost:3000"]
        AllowMethods: [GET, POST]
        AllowHeaders: [authorization, content-type]
        ExposeHeaders: [x-order, etag]
        MaxAge: 600
        AllowCredentials: true
"""
OWN = {"access-control-allow-origin": "*", "Access-Control-Allow-Methods": "DELETE", "x-order": "1"}


def preflight(site: Site, origin: str | None = SHOP, path: str = "/orders", **headers: str) -> Any:
    sent = {"access-control-request-method": "POST", **headers} | ({} if origin is None else {"origin": origin})
    return site.request("OPTIONS", path, headers=sent)


def test_a_preflight_is_answered_with_all_that_is_configured(site_of: Callable[..., Site]) -> None:
    site = site_of(template(api=ALL + JWT))

    answer = preflight(site, path="/nowhere/at/all")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers == {
        "access-control-allow-origin": SHOP,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-expose-headers": "x-order,etag",
        "access-control-max-age": "600",
        "access-control-allow-credentials": "true",
    }
    assert site.functions.events == []


@pytest.mark.parametrize(
    ("allowed", "origin", "told"),
    [
        ("*", "https://any.example", "*"),
        ("https://*", "https://any.example", "https://any.example"),
        ("https://*", "http://any.example", None),
        ("http://*", "http://any.example", "http://any.example"),
        (SHOP, SHOP, SHOP),
        (SHOP, "https://shop.example.evil", None),
        (SHOP, "http://shop.example", None),
    ],
)
def test_an_origin_is_allowed_by_name_by_scheme_or_as_any(
    site_of: Callable[..., Site], allowed: str, origin: str, told: str | None
) -> None:
    site = site_of(template(api=f'      CorsConfiguration: {{AllowOrigins: ["{allowed}"]}}\n'))

    before, answer = preflight(site, origin), site.request("GET", "/open", headers={"origin": origin})

    assert before.status == 204
    assert before.headers.get("access-control-allow-origin") == told
    assert answer.headers.get("access-control-allow-origin") == told


def test_an_answer_says_what_the_api_says_and_nothing_that_the_function_said(site_of: Callable[..., Site]) -> None:
    site = site_of(template(api=ALL))
    site.functions.does = lambda _: {"statusCode": 200, "headers": OWN}

    told, untold = (site.request("GET", "/open", headers=sent).headers for sent in ({"origin": SHOP}, {}))

    assert {name: value for name, value in told.items() if name != "content-type"} == {
        "x-order": "1",
        "access-control-allow-origin": SHOP,
        "access-control-expose-headers": "x-order,etag",
        "access-control-allow-credentials": "true",
    }
    assert [name for name in untold if name.startswith("access-control-")] == []


def test_a_refusal_can_be_read_by_the_page_that_asked(site_of: Callable[..., Site]) -> None:
    site = site_of(template(api=ALL + JWT))

    refused = site.request("POST", "/orders", headers={"origin": SHOP})

    assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, SHOP)


def test_without_a_configuration_the_function_speaks_for_itself(site_of: Callable[..., Site]) -> None:
    site = site_of()
    site.functions.does = lambda _: {"statusCode": 200, "headers": OWN}

    assert site.request("GET", "/open").headers["access-control-allow-origin"] == "*"
    assert preflight(site).status == 404


@pytest.mark.parametrize(("origin", "method"), [(None, "POST"), (SHOP, None)])
def test_options_that_are_no_preflight_are_a_request_like_any_other(
    site_of: Callable[..., Site], origin: str | None, method: str | None
) -> None:
    site = site_of(template(api=ALL))
    headers = {"origin": origin, "access-control-request-method": method}

    sent = {name: value for name, value in headers.items() if value is not None}
    answer = site.request("OPTIONS", "/any/thing", headers=sent)

    assert (answer.status, site.functions.events[0]["requestContext"]["http"]["method"]) == (200, "OPTIONS")


def test_credentials_from_any_origin_are_refused(site_of: Callable[..., Site]) -> None:
    both = f'      CorsConfiguration: {{AllowOrigins: ["{SHOP}", "*"], AllowCredentials: true}}\n'

    with pytest.raises(RefusedValuesError, match=r"allow-credentials is not supported if 'allow-origin' is \*"):
        site_of(template(api=both))


def test_a_key_that_nobody_knows_is_refused_by_name(site_of: Callable[..., Site]) -> None:
    body = """
      DefinitionBody:
        openapi: 3.0.1
        info: {title: t, version: "1"}
        paths: {}
        x-amazon-apigateway-cors: {allowOrigin: ["*"]}
"""

    with pytest.raises(UnsupportedResourceError, match=r"Body\.x-amazon-apigateway-cors\.allowOrigin"):
        site_of(template(api=body))

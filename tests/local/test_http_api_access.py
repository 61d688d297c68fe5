"""HTTP APIs: who may call (JWT authorizers), and from which pages (CORS)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from bus.local.errors import PlaneError, UnsupportedResourceError
from bus.local.http_api import HttpApiRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Deployed, Resource, resource
from bus.local.stacks import Stacks

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration:
        {AllowOrigins: ["https://shop.example"], AllowMethods: [GET], AllowHeaders: [authorization], MaxAge: 60}
      Auth:
        DefaultAuthorizer: Jwt
        Authorizers:
          Jwt:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: "https://issuer.example", audience: [orders]}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: orders.handlers.api
      Role: arn:aws:iam::123456789012:role/api
      Events:
        Mine: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /mine}}
        Open: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /open, Auth: {Authorizer: NONE}}}
        Scoped:
          Type: HttpApi
          Properties: {ApiId: !Ref Api, Method: GET, Path: /scoped, Auth: {AuthorizationScopes: [orders.read]}}
"""


class LambdaRoom:
    """A Lambda of which every function answers with its event, and with a CORS header of its own."""

    service = "lambda"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        headers = {"content-type": "application/json", "access-control-allow-origin": "https://elsewhere.example"}
        result = {"statusCode": 200, "headers": headers, "body": params["Payload"].decode()}
        return {"StatusCode": 200, "Payload": orjson.dumps(result)}

    @resource("AWS::Lambda::Function", acts_on={"Code", "Handler", "Role", "Runtime", "Tags"})
    def make_function(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name, {"Arn": self.plane.arn("lambda", f"function:{wanted.name}")})

    @resource("AWS::Lambda::Permission", acts_on={"Action", "FunctionName", "Principal", "SourceArn"})
    def make_permission(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name)


Ask = Callable[..., Any]


@pytest.fixture
def deploy(plane_with: Callable[..., Plane], tmp_path: Path) -> Callable[[str], tuple[HttpApiRoom, str]]:
    def build(template: str) -> tuple[HttpApiRoom, str]:
        path = tmp_path / "template.yaml"
        path.write_text(template)
        plane = plane_with(LambdaRoom, HttpApiRoom)
        return plane.rooms["apigatewayv2"], Stacks(plane).deploy(path, "orders").resources["Api"].ref

    return build


@pytest.fixture
def api(deploy: Callable[[str], tuple[HttpApiRoom, str]]) -> tuple[HttpApiRoom, str]:
    return deploy(TEMPLATE)


def test_a_route_with_an_authorizer_needs_a_token(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api

    refused = room.request(api_id, "GET", "/mine")
    open_ = room.request(api_id, "GET", "/open")

    assert (refused.status, refused.json()) == (401, {"message": "Unauthorized"})
    assert refused.headers["www-authenticate"] == "Bearer"
    assert open_.status == 200


def test_the_function_receives_the_claims_of_the_token(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api
    token = room.issue_token(api_id, {"sub": "household-1", "groups": ["a", "b"]})

    response = room.request(api_id, "GET", "/mine", headers={"Authorization": f"Bearer {token}"})

    jwt = response.json()["requestContext"]["authorizer"]["jwt"]
    assert jwt["scopes"] is None
    assert jwt["claims"]["sub"] == "household-1"
    assert jwt["claims"]["groups"] == "[a b]"
    assert jwt["claims"]["exp"] == "1767229200"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"aud": ["billing"]}, "audience"),
        ({"exp": 1767225600}, "expired"),
        ({"nbf": 1767225601}, "not valid yet"),
    ],
)
def test_a_token_that_is_not_for_this_api_now_is_refused(
    api: tuple[HttpApiRoom, str], claims: dict[str, Any], why: str
) -> None:
    room, api_id = api
    token = room.issue_token(api_id, claims)

    response = room.request(api_id, "GET", "/mine", headers={"Authorization": f"Bearer {token}"})

    assert response.status == 401
    assert why in response.headers["www-authenticate"]


@pytest.mark.parametrize("spoil", [lambda token: token[:-4] + "AAAA", lambda _: "nonsense", lambda token: token + "é"])
def test_a_token_that_someone_else_made_is_refused(api: tuple[HttpApiRoom, str], spoil: Callable[[str], str]) -> None:
    room, api_id = api
    token = spoil(room.issue_token(api_id))

    response = room.request(api_id, "GET", "/mine", headers={"Authorization": token})

    assert response.status == 401


def test_a_route_with_scopes_needs_one_of_them(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api
    with_scope = {"Authorization": f"Bearer {room.issue_token(api_id, {'scope': 'orders.read other'})}"}
    without = {"Authorization": f"Bearer {room.issue_token(api_id)}"}

    let_in = room.request(api_id, "GET", "/scoped", headers=with_scope)
    refused = room.request(api_id, "GET", "/scoped", headers=without)

    assert let_in.json()["requestContext"]["authorizer"]["jwt"]["scopes"] == ["orders.read"]
    assert (refused.status, refused.json()) == (403, {"message": "Forbidden"})


def test_an_api_without_authorizer_issues_no_tokens(deploy: Callable[[str], tuple[HttpApiRoom, str]]) -> None:
    head, _, rest = TEMPLATE.partition("      Auth:\n")
    open_ = head + rest[rest.index("  Fn:") :]
    events, _, _ = open_.partition("        Open:")
    room, api_id = deploy(events)

    with pytest.raises(PlaneError, match="has no JWT authorizer"):
        room.issue_token(api_id)


def test_an_authorizer_that_is_a_function_is_refused_by_name(
    deploy: Callable[[str], tuple[HttpApiRoom, str]],
) -> None:
    jwt = TEMPLATE[TEMPLATE.index("            IdentitySource") : TEMPLATE.index("  Fn:")]
    function = """
            FunctionArn: !GetAtt Fn.Arn
            AuthorizerPayloadFormatVersion: "2.0"
            Identity: {Headers: [authorization]}
    """
    template = TEMPLATE.replace(jwt, f"{function.strip(chr(10))}\n").replace(
        ", Auth: {AuthorizationScopes: [orders.read]}", ""
    )

    with pytest.raises(UnsupportedResourceError, match=r"securitySchemes\.Jwt: an authorizer other than jwt"):
        deploy(template)


def test_a_preflight_request_is_answered_without_a_route_or_a_token(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}

    response = room.request(api_id, "OPTIONS", "/mine", headers=headers)

    assert (response.status, response.body) == (204, b"")
    assert response.headers == {
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "60",
    }


def test_a_page_of_another_origin_is_told_nothing(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}

    preflight = room.request(api_id, "OPTIONS", "/open", headers=headers)
    answer = room.request(api_id, "GET", "/open", headers={"Origin": "https://evil.example"})

    assert preflight.headers == {}
    assert "access-control-allow-origin" not in answer.headers


def test_the_api_speaks_of_origins_in_the_function_s_stead(api: tuple[HttpApiRoom, str]) -> None:
    room, api_id = api

    response = room.request(api_id, "GET", "/open", headers={"Origin": "https://shop.example"})

    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.headers["content-type"] == "application/json"

"""HTTP APIs: routes, the event of payload format 2.0, and what a function's result becomes."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model

from bus.local.errors import AwsError, UnsupportedResourceError
from bus.local.http_api import HttpApiRoom
from bus.local.http_api.room import UnknownApiError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Deployed, Resource, resource
from bus.local.stacks import Stacks

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: {}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: orders.handlers.api
      Role: arn:aws:iam::123456789012:role/api
      Events:
        One: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: "/orders/{order_id}"}}
        Place: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: POST, Path: /orders}}
        Latest: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: /orders/latest}}
        Files: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: "/files/{proxy+}"}}
"""
OK = {"statusCode": 200, "body": "fine"}


class LambdaRoom:
    """A Lambda of which every function answers what the test says, and keeps what it was asked."""

    service = "lambda"

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.events: list[dict[str, Any]] = []
        self.result: Any = OK
        self.error: str | None = None

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        if self.error == "TooManyRequestsException":
            raise AwsError(self.error, "Rate Exceeded.", status=429)
        self.events.append(orjson.loads(params["Payload"]))
        failed = {} if self.error is None else {"FunctionError": self.error}
        return {"StatusCode": 200, "Payload": orjson.dumps(self.result), **failed}

    @resource("AWS::Lambda::Function", acts_on={"Code", "Handler", "Role", "Runtime", "Tags"})
    def make_function(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name, {"Arn": self.plane.arn("lambda", f"function:{wanted.name}")})

    @resource("AWS::Lambda::Permission", acts_on={"Action", "FunctionName", "Principal", "SourceArn"})
    def make_permission(self, wanted: Resource) -> Deployed:
        return Deployed(wanted.name)


class Site:
    """One API in front of the fake function."""

    def __init__(self, plane: Plane, path: Path) -> None:
        self.plane = plane
        self.stack = Stacks(plane).deploy(path, "orders")
        self.id = self.stack.resources["Api"].ref
        self.room: HttpApiRoom = plane.rooms["apigatewayv2"]
        self.functions: LambdaRoom = plane.rooms["lambda"]

    def request(self, method: str, path: str, **kwargs: Any) -> Any:
        return self.room.request(self.id, method, path, **kwargs)


@pytest.fixture
def site_of(plane_with: Callable[..., Plane], tmp_path: Path) -> Callable[..., Site]:
    def build(template: str = TEMPLATE) -> Site:
        path = tmp_path / "template.yaml"
        path.write_text(template)
        return Site(plane_with(LambdaRoom, HttpApiRoom), path)

    return build


@pytest.fixture
def site(site_of: Callable[..., Site]) -> Site:
    return site_of()


def test_a_function_receives_the_request_in_payload_format_2_0(site: Site) -> None:
    site.request(
        "post",
        "/orders",
        headers={"Content-Type": "application/json", "Cookie": "a=1; b=2", "X-Tag": ["one", "two"]},
        query={"page": "1", "tag": ["new", "a b"]},
        body='{"lines":[]}',
    )

    (event,) = site.functions.events
    context = event.pop("requestContext")
    headers = event.pop("headers")
    assert event == {
        "version": "2.0",
        "routeKey": "POST /orders",
        "rawPath": "/orders",
        "rawQueryString": "page=1&tag=new&tag=a+b",
        "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"page": "1", "tag": "new,a b"},
        "body": '{"lines":[]}',
        "isBase64Encoded": False,
    }
    assert headers["x-tag"] == "one,two"
    assert headers["content-length"] == "12"
    assert "cookie" not in headers
    assert context["accountId"] == "123456789012"
    assert context["apiId"] == site.id
    assert context["domainName"] == f"{site.id}.execute-api.us-east-1.amazonaws.com"
    assert context["http"] == {
        "method": "POST",
        "path": "/orders",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "",
    }
    assert (context["routeKey"], context["stage"]) == ("POST /orders", "$default")
    assert (context["time"], context["timeEpoch"]) == ("01/Jan/2026:00:00:00 +0000", 1767225600000)


def test_the_event_is_one_that_powertools_knows(site: Site) -> None:
    site.request("GET", "/orders/7", query={"full": "1"})

    event = APIGatewayProxyEventV2Model.model_validate(site.functions.events[0])
    assert event.pathParameters == {"order_id": "7"}


def test_path_variables_and_the_raw_path_arrive_decoded(site: Site) -> None:
    site.request("GET", "/orders/a%20b%2Fc")

    (event,) = site.functions.events
    assert event["pathParameters"] == {"order_id": "a b/c"}
    assert event["rawPath"] == "/orders/a b/c"


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/orders/7", "GET /orders/{order_id}"),
        ("GET", "/orders/latest", "ANY /orders/latest"),
        ("DELETE", "/files/a/b.txt", "ANY /files/{proxy+}"),
        ("GET", "/orders/7?full=1", "GET /orders/{order_id}"),
    ],
)
def test_the_most_specific_route_answers(site: Site, method: str, path: str, route: str) -> None:
    site.request(method, path)

    assert site.functions.events[0]["routeKey"] == route


def test_a_greedy_variable_takes_the_rest_of_the_path(site: Site) -> None:
    site.request("GET", "/files/2026/01/a.txt")

    assert site.functions.events[0]["pathParameters"] == {"proxy": "2026/01/a.txt"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("DELETE", "/orders/7"), ("GET", "/orders/"), ("GET", "/orders/7/lines")]
)
def test_what_no_route_answers_is_not_found_and_asks_no_function(site: Site, method: str, path: str) -> None:
    response = site.request(method, path)

    assert (response.status, response.json()) == (404, {"message": "Not Found"})
    assert site.functions.events == []


def test_a_default_route_answers_what_no_other_does(site_of: Callable[..., Site]) -> None:
    site = site_of(TEMPLATE + "        Rest: {Type: HttpApi, Properties: {ApiId: !Ref Api}}\n")

    site.request("PATCH", "/anything/else")
    site.request("GET", "/orders/7")

    assert [event["routeKey"] for event in site.functions.events] == ["$default", "GET /orders/{order_id}"]


def test_a_named_stage_is_the_first_segment_of_the_path(site_of: Callable[..., Site]) -> None:
    site = site_of(TEMPLATE.replace("Properties: {}", "Properties: {StageName: live, StageVariables: {colour: green}}"))

    found = site.request("GET", "/live/orders/7")
    missing = site.request("GET", "/orders/7")

    (event,) = site.functions.events
    assert (found.status, missing.status) == (200, 404)
    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/live/orders/7", "live")
    assert event["stageVariables"] == {"colour": "green"}


@pytest.mark.parametrize("type_", ["application/octet-stream", "application/x-www-form-urlencoded", None])
def test_a_body_that_is_no_text_arrives_in_base64(site: Site, type_: str | None) -> None:
    headers = {} if type_ is None else {"content-type": type_}

    site.request("POST", "/orders", headers=headers, body=b"\x00\xff")

    assert site.functions.events[0]["body"] == base64.b64encode(b"\x00\xff").decode()
    assert site.functions.events[0]["isBase64Encoded"] is True


def test_a_result_is_status_headers_cookies_and_body(site: Site) -> None:
    site.functions.result = {
        "statusCode": 201,
        "headers": {"Location": "/orders/7", "X-Count": 3},
        "cookies": ["seen=1"],
        "body": base64.b64encode(b"\x00\x01").decode(),
        "isBase64Encoded": True,
    }

    response = site.request("POST", "/orders")

    assert (response.status, response.body, response.cookies) == (201, b"\x00\x01", ("seen=1",))
    assert response.headers["location"] == "/orders/7"
    assert response.headers["x-count"] == "3"


@pytest.mark.parametrize("result", [{"orders": []}, "Hello", [1, 2], None])
def test_a_result_without_status_is_the_json_body_of_a_200(site: Site, result: object) -> None:
    site.functions.result = result

    response = site.request("GET", "/orders/7")

    assert (response.status, response.json()) == (200, result)
    assert response.headers == {"content-type": "application/json"}


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": {"x": []}},
        {"statusCode": 200, "body": "no base64!", "isBase64Encoded": True},
    ],
)
def test_a_malformed_result_is_an_internal_server_error(site: Site, result: object) -> None:
    site.functions.result = result

    response = site.request("GET", "/orders/7")

    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize("error", ["Unhandled", "TooManyRequestsException"])
def test_a_function_that_fails_or_is_throttled_is_an_internal_server_error(site: Site, error: str) -> None:
    site.functions.error = error

    response = site.request("GET", "/orders/7")

    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})


def test_a_body_over_ten_megabytes_is_too_large(site: Site) -> None:
    response = site.request("POST", "/orders", body=b"x" * (10 * 1024 * 1024 + 1))

    assert (response.status, response.json()) == (413, {"message": "Request Entity Too Large"})


def test_every_request_is_a_hop_in_the_ledger(site: Site) -> None:
    site.request("GET", "/orders/7")
    site.request("GET", "/nowhere")

    hops = site.plane.ledger.find("apigatewayv2", "request")
    assert [hop.outcome for hop in hops] == ["ok", "404"]
    assert hops[0].resource.endswith(f":{site.id}/$default/GET/orders/{{order_id}}")


def test_an_api_that_does_not_exist_is_a_clear_error(site: Site) -> None:
    with pytest.raises(UnknownApiError, match=f"no HTTP API nope; there are: {site.id}"):
        site.room.request("nope", "GET", "/")


def test_an_integration_other_than_a_function_is_refused_by_name(site_of: Callable[..., Site]) -> None:
    template = TEMPLATE.replace("Path: /orders}", 'Path: /orders, PayloadFormatVersion: "1.0"}')

    with pytest.raises(UnsupportedResourceError, match=r"Api .*payload format other than 2\.0"):
        site_of(template)

"""HTTP APIs in front of functions that answer later."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.local.http_api import HttpApiRoom
from bus.local.http_api.request import HttpRequest
from bus.local.http_api.response import HttpResponse
from bus.local.lambda_ import LambdaRoom
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.resources import Made
from tests.local.later.worlds import copy_of, function, make, outcomes, wait, world_of

CORS = {"allowOrigins": ["https://shop.example"]}


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    return plane_of(LambdaRoom, HttpApiRoom)


def api(plane: Plane, **function_properties: Any) -> Made:
    arn = function(plane, **function_properties)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "payloadFormatVersion": "2.0", "uri": uri}
    paths = {"/orders": {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}}
    body = {"openapi": "3.0.1", "info": {"title": "a", "version": "1"}, "paths": paths}
    made = make(plane, "AWS::ApiGatewayV2::Api", Body={**body, "x-amazon-apigateway-cors": CORS})
    make(plane, "AWS::ApiGatewayV2::Stage", ApiId=made.ref, StageName="$default")
    return made


def get(plane: Plane, made: Made, path: str = "/orders") -> Later[HttpResponse]:
    request = HttpRequest.of("GET", path, {"Origin": "https://shop.example"}, None, None)
    answer: Later[HttpResponse] = plane.rooms["apigatewayv2"].begin_request(made.ref, request)
    return answer


def test_a_request_is_answered_when_its_function_is_done(plane: Plane):
    answer = get(plane, api(plane))
    wait(plane, 2)

    before = answer.done, len(plane.ledger)
    world_of(plane).answer({"statusCode": 201, "body": "made"})

    response = answer.result()
    assert before == (False, 0)
    assert (response.status, response.text) == (201, "made")
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert outcomes(plane, "apigatewayv2", "request") == [("ok", None)]


def test_what_needs_no_function_is_answered_at_once(plane: Plane):
    answer = get(plane, api(plane), "/elsewhere")

    assert (answer.result().status, answer.result().json()) == (404, {"message": "Not Found"})
    assert outcomes(plane, "apigatewayv2", "request") == [("404", None)]


def test_a_function_that_fails_later_is_an_internal_server_error(plane: Plane):
    answer = get(plane, api(plane))

    world_of(plane).fail()

    assert (answer.result().status, answer.result().json()) == (500, {"message": "Internal Server Error"})


def test_a_throttled_function_is_an_internal_server_error_at_once(plane: Plane):
    made = api(plane, ReservedConcurrentExecutions=1)
    get(plane, made)

    assert get(plane, made).result().status == 500


def test_a_client_waits_for_thirty_seconds_and_no_longer(plane: Plane):
    answer = get(plane, api(plane))
    wait(plane, 29)

    before = answer.done
    wait(plane, 1)
    world_of(plane).answer({"statusCode": 200})

    assert not before
    assert (answer.result().status, answer.result().json()) == (503, {"message": "Service Unavailable"})
    assert outcomes(plane, "apigatewayv2", "request") == [("503", None)]
    assert outcomes(plane, "lambda", "Invoke") == [("ok", None)]


def test_an_api_may_be_deleted_before_the_answer(plane: Plane):
    made = api(plane)
    answer = get(plane, made)

    plane.makers.remove(made)
    plane.call("lambda", "DeleteFunction", FunctionName="f")
    world_of(plane).answer({"statusCode": 200})

    assert answer.result().status == 200


def test_a_request_that_is_out_goes_on_in_a_recovery_although_nobody_hears_the_answer(plane: Plane):
    get(plane, api(plane))

    copy = copy_of(plane)
    world_of(copy).answer({"statusCode": 200})

    assert outcomes(copy, "apigatewayv2", "request") == [("ok", None)]
    assert outcomes(plane, "apigatewayv2", "request") == []

"""Which service and operation a request is made out to mean."""

import pytest

from bus.local.wire.messages import Request
from bus.local.wire.models import service_model
from bus.local.wire.routing import Router
from bus.local.wire.services import SIGNED_AS, TARGETS, VERSIONS, bucket_in

_SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def _route(method: str, path: str, query: str = "", body: bytes = b"", signed: str = "", **headers: str):
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if signed:
        told["authorization"] = _SIGNED.format(signed)
    return Router().route(Request(method, path, query, told, body))


@pytest.mark.parametrize(
    ("signed", "method", "path", "service", "operation"),
    [
        ("lambda", "POST", "/2015-03-31/functions/f/invocations", "lambda", "Invoke"),
        ("lambda", "GET", "/2015-03-31/functions/", "lambda", "ListFunctions"),
        ("lambda", "GET", "/2015-03-31/functions/f/versions", "lambda", "ListVersionsByFunction"),
        ("scheduler", "DELETE", "/schedules/s", "scheduler", "DeleteSchedule"),
        ("pipes", "POST", "/v1/pipes/p/stop", "pipes", "StopPipe"),
        ("ses", "POST", "/v2/email/outbound-emails", "sesv2", "SendEmail"),
        ("apigateway", "GET", "/v2/apis", "apigatewayv2", "GetApis"),
        ("apigateway", "GET", "/restapis", "apigateway", "GetRestApis"),
        ("s3", "GET", "/bucket/key", "s3", "GetObject"),
    ],
)
def test_a_signed_request_of_a_rest_service_is_known_by_its_path(signed, method, path, service, operation):
    route = _route(method, path, signed=signed)

    assert (route.service, route.operation) == (service, operation)


def test_the_labels_of_a_path_stay_encoded():
    route = _route("POST", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations", signed="lambda")

    assert route.labels == {"FunctionName": "arn%3Aaws%3Alambda"}


@pytest.mark.parametrize(
    ("signed", "body", "service", "operation"),
    [
        ("sns", b"Action=Publish&Version=2010-03-31", "sns", "Publish"),
        ("sqs", b"Version=2012-11-05&Action=SendMessage", "sqs", "SendMessage"),
        ("ses", b"Action=SendEmail&Version=2010-12-01", "ses", "SendEmail"),
        ("monitoring", b"Action=ListMetrics", "cloudwatch", "ListMetrics"),
        ("", b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15", "sts", "AssumeRoleWithWebIdentity"),
        ("", b"Action=Fly&Version=2010-03-31", "sns", ""),
    ],
)
def test_a_form_is_known_by_its_signature_or_else_by_its_version(signed, body, service, operation):
    route = _route("POST", "/", body=body, signed=signed, **_FORM)

    assert (route.service, route.protocol, route.operation) == (service, "query", operation)


def test_a_form_may_be_in_the_url():
    route = _route("GET", "/", "Action=ConfirmSubscription&Version=2010-03-31&Token=t")

    assert (route.service, route.operation) == ("sns", "ConfirmSubscription")


def test_a_presigned_url_says_its_service():
    credential = "X-Amz-Credential=key%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request"

    assert _route("GET", "/1/q", f"Action=ReceiveMessage&{credential}").operation == "ReceiveMessage"


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("sqs.us-east-1.amazonaws.com", "sqs"),
        ("us-east-1.queue.amazonaws.com", "sqs"),
        ("scheduler.localhost:4566", "scheduler"),
        ("bucket.s3.us-east-1.amazonaws.com", "s3"),
        ("bucket.localhost:4566", "s3"),
        ("localhost:4566", "s3"),
        ("127.0.0.1:4566", "s3"),
        ("[::1]:4566", "s3"),
    ],
)
def test_an_unsigned_request_is_known_by_its_host_and_otherwise_meant_for_s3(host, service):
    assert _route("GET", "/schedules", host=host).service == service


@pytest.mark.parametrize(
    ("path", "service"), [("/2015-03-31/functions", "lambda"), ("/v1/pipes", "pipes"), ("/v2/apis", "apigatewayv2")]
)
def test_an_unsigned_path_that_starts_with_a_version_is_not_for_s3(path, service):
    assert _route("GET", path).service == service


def test_what_is_signed_for_no_service_is_not_for_s3():
    assert _route("GET", "/x", signed="nobody").service == ""


def test_a_path_of_smithys_names_the_service_and_the_operation():
    path = "/service/GraniteServiceVersion20100801/operation/PutMetricData"

    route = _route("POST", path, smithy_protocol="rpc-v2-cbor")

    assert (route.service, route.protocol, route.operation) == ("cloudwatch", "rpc-cbor", "PutMetricData")


def test_a_target_that_no_service_of_the_platform_has_may_be_the_signatures():
    route = _route("POST", "/", signed="ecr", x_amz_target="AmazonEC2ContainerRegistry_V20150921.DescribeImages")

    assert (route.service, route.operation) == ("ecr", "DescribeImages")


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("b.s3.localhost:4566", "b"),
        ("a.b.s3.us-east-1.amazonaws.com", "a.b"),
        ("b.localhost", "b"),
        ("s3.localhost:4566", None),
        ("sqs.localhost:4566", None),
        ("localhost:4566", None),
        ("127.0.0.1:4566", None),
    ],
)
def test_a_host_may_name_a_bucket(host, bucket):
    assert bucket_in(host) == bucket


@pytest.mark.parametrize(("prefix", "service"), TARGETS.items())
def test_the_targets_are_those_of_the_service_models(prefix, service):
    assert service_model(service).metadata["targetPrefix"] == prefix


@pytest.mark.parametrize(("version", "service"), VERSIONS.items())
def test_the_versions_are_those_of_the_service_models(version, service):
    assert service_model(service).metadata["apiVersion"] == version


@pytest.mark.parametrize("service", sorted({name for names in SIGNED_AS.values() for name in names}))
def test_the_names_that_are_signed_for_are_services(service):
    assert service_model(service).operation_names

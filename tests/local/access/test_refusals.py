"""What is said to callers whose signatures or credentials are wrong, in each kind of service's own words."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from bus.local.access import Gate, Kind
from bus.local.errors import AwsError, UnsupportedOperationError
from bus.local.plane import Plane
from bus.local.stored.kept_by_moto import client
from bus.local.wire.messages import Request
from tests.local.access.signing_cases import ROOT, sign

CASES = {
    "events": "ListRules",
    "lambda": "ListFunctions",
    "sns": "ListTopics",
    "sqs": "ListQueues",
    "s3": "ListBuckets",
}


def refusal(gate: Gate, request: Request, service: str = "events") -> AwsError:
    with pytest.raises(AwsError) as caught:
        gate.admit(request, service, CASES[service], {})
    return caught.value


def authorization(request: Request, before: str, after: str) -> Request:
    header = request.headers["authorization"]
    assert before in header
    return replace(request, headers={**request.headers, "authorization": header.replace(before, after)})


def later(plane: Plane, seconds: float) -> Gate:
    return Gate(plane, root=ROOT, enforce=True, now=lambda: time.time() + seconds)


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("events", "MissingAuthenticationTokenException", 400),
        ("lambda", "MissingAuthenticationTokenException", 403),
        ("sns", "MissingAuthenticationToken", 403),
        ("sqs", "MissingAuthenticationToken", 403),
        ("s3", "AccessDenied", 403),
    ],
)
def test_a_request_without_a_signature_lacks_a_token(gate: Gate, service: str, code: str, status: int):
    error = refusal(gate, Request("POST", "/", "", {"host": "localhost"}), service)

    assert (error.code, error.status) == (code, status)


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("events", "UnrecognizedClientException", 400),
        ("lambda", "UnrecognizedClientException", 403),
        ("sns", "InvalidClientTokenId", 403),
        ("sqs", "InvalidClientTokenId", 403),
        ("s3", "InvalidAccessKeyId", 403),
    ],
)
def test_a_key_that_nobody_has_is_not_known(gate: Gate, service: str, code: str, status: int):
    error = refusal(gate, sign("POST", "/", service=service, keys=("AKIANOBODY", "x")), service)

    assert (error.code, error.status) == (code, status)
    assert service == "s3" or error.message == "The security token included in the request is invalid."


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("events", "InvalidSignatureException", 400),
        ("lambda", "InvalidSignatureException", 403),
        ("sns", "SignatureDoesNotMatch", 403),
        ("sqs", "SignatureDoesNotMatch", 403),
        ("s3", "SignatureDoesNotMatch", 403),
    ],
)
def test_another_secret_makes_a_signature_that_does_not_match(gate: Gate, service: str, code: str, status: int):
    error = refusal(gate, sign("GET", "/a", service=service, keys=(ROOT[0], "another")), service)

    assert (error.code, error.status) == (code, status)
    assert error.message.startswith("The request signature we calculated does not match the signature you provided.")


def test_s3_shows_what_it_signed(gate: Gate):
    error = refusal(gate, sign("GET", "/bucket/key", service="s3", keys=(ROOT[0], "another")), "s3")

    assert error.members["AWSAccessKeyId"] == ROOT[0]
    assert str(error.members["CanonicalRequest"]).startswith("GET\n/bucket/key\n\nhost:127.0.0.1:4566\n")
    assert str(error.members["StringToSign"]).startswith("AWS4-HMAC-SHA256\n")
    assert str(error.members["StringToSignBytes"]).startswith("41 57 53 34")
    assert len(str(error.members["SignatureProvided"])) == 64


@pytest.mark.parametrize(
    ("service", "seconds", "code", "message"),
    [
        (
            "events",
            301,
            "InvalidSignatureException",
            r"Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)",
        ),
        ("sns", 901, "SignatureDoesNotMatch", r"Signature expired: \d{8}T\d{6}Z is now earlier than .* - 15 min\.\)"),
        (
            "events",
            -303,
            "InvalidSignatureException",
            r"Signature not yet current: .* is still later than .* \+ 5 min\.\)",
        ),
        (
            "s3",
            901,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
    ],
)
def test_a_request_comes_in_time(plane: Plane, iam: Any, service: str, seconds: float, code: str, message: str):  # noqa: ARG001 - moto is to be active
    request = sign("POST", "/", service=service)

    with pytest.raises(AwsError, match=message) as caught:
        later(plane, seconds).admit(request, service, CASES[service], {})
    assert caught.value.code == code


@pytest.mark.parametrize(("service", "seconds"), [("events", 290), ("events", -290), ("sns", 890), ("s3", -890)])
def test_clocks_may_differ_by_minutes(plane: Plane, iam: Any, service: str, seconds: float):  # noqa: ARG001 - as above
    request = sign("POST", "/", service=service)

    assert later(plane, seconds).admit(request, service, CASES[service], {}).kind is Kind.ROOT


def test_a_presigned_request_is_good_for_as_long_as_it_says(plane: Plane, iam: Any):  # noqa: ARG001 - as above
    request = sign("GET", "/bucket/key", service="s3", presigned=True, expires=3600)

    assert later(plane, 3500).admit(request, "s3", "GetObject", {"Bucket": "bucket", "Key": "key"}).kind is Kind.ROOT
    error = refusal(later(plane, 3700), request, "s3")
    assert (error.code, error.message, error.members["X-Amz-Expires"]) == (
        "AccessDenied",
        "Request has expired",
        "3600",
    )


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("604801", "X-Amz-Expires must be less than a week (in seconds) that is 604800"),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("soon", "X-Amz-Expires should be a number"),
    ],
)
def test_s3_takes_no_presigned_request_for_ever(gate: Gate, expires: str, message: str):
    request = sign("GET", "/bucket/key", service="s3", presigned=True, expires=60)
    changed = replace(request, query=request.query.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}"))

    error = refusal(gate, changed, "s3")
    assert (error.code, error.message, error.status) == ("AuthorizationQueryParametersError", message, 400)


@pytest.mark.parametrize(
    ("before", "after", "code", "message"),
    [
        (
            "/us-east-1/",
            "/eu-west-1/",
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'. ",
        ),
        (
            "/events/",
            "/sqs/",
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'events'. ",
        ),
        (
            "aws4_request",
            "aws5_request",
            "InvalidSignatureException",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
        ),
        ("/us-east-1/", "/", "IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements"),
        (
            "SignedHeaders=",
            "Headers=",
            "IncompleteSignatureException",
            "Authorization header requires 'SignedHeaders' parameter.",
        ),
        (
            "Credential=",
            "Credential= ,",
            "IncompleteSignatureException",
            "not a valid key=value pair (missing equal-sign) in Authorization header",
        ),
        (
            "AWS4-HMAC-SHA256 ",
            "AWS ",
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter.",
        ),
        (
            "host;",
            "",
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
    ],
)
def test_a_header_says_whose_signature_for_what(gate: Gate, before: str, after: str, code: str, message: str):
    error = refusal(gate, authorization(sign("POST", "/"), before, after))

    assert error.code == code
    assert message in error.message


@pytest.mark.parametrize(
    ("before", "after", "message", "region"),
    [
        ("/us-east-1/", "/eu-west-1/", "the region 'eu-west-1' is wrong; expecting 'us-east-1'", "us-east-1"),
        ("/s3/", "/sns/", 'incorrect service "sns". This endpoint belongs to "s3".', None),
        ("Credential=AKIA", "Credential=", "the Credential is mal-formed", None),
        ("Signature=", "Sign=", "the authorization header requires three components", None),
    ],
)
def test_s3_finds_the_header_malformed(gate: Gate, before: str, after: str, message: str, region: str | None):
    request = sign("GET", "/", service="s3", keys=("AKIA", "x") if "AKIA" in before else ROOT)
    error = refusal(gate, authorization(request, before, after), "s3")

    assert (error.code, error.status) == ("AuthorizationHeaderMalformed", 400)
    assert message in error.message
    assert error.members.get("Region") == region


def test_the_day_of_the_scope_is_that_of_the_request(gate: Gate):
    request = sign("POST", "/")
    moment = request.headers["x-amz-date"]
    error = refusal(gate, authorization(request, f"/{moment[:8]}/", "/20200101/"))

    assert error.message == (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20200101' != '{moment[:8]}', from '{moment}'."
    )


@pytest.mark.parametrize("date", ["yesterday", "20261324T000000Z", "2026-01-01T00:00:00Z"])
def test_a_date_is_written_in_basic_format(gate: Gate, date: str):
    request = sign("POST", "/")
    error = refusal(gate, replace(request, headers={**request.headers, "x-amz-date": date}))

    assert error.code == "IncompleteSignatureException"
    assert error.message.startswith(f"Date must be in ISO-8601 'basic format'. Got '{date}'.")


def test_a_signature_of_two_regions_at_once_is_refused_by_its_name(gate: Gate):
    request = authorization(sign("GET", "/", service="s3"), "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")

    with pytest.raises(UnsupportedOperationError, match="SigV4A"):
        gate.admit(request, "s3", "ListBuckets", {})


def test_s3_wants_every_header_of_its_own_signed(gate: Gate):
    request = sign("PUT", "/bucket/key", service="s3")
    error = refusal(gate, replace(request, headers={**request.headers, "x-amz-acl": "public-read"}), "s3")

    assert (error.code, error.members["HeadersNotSigned"]) == ("AccessDenied", "x-amz-acl")


def test_s3_wants_the_hash_of_the_body_and_of_this_body(gate: Gate):
    request = sign("PUT", "/bucket/key", b"one", service="s3")
    without = {name: value for name, value in request.headers.items() if name != "x-amz-content-sha256"}

    assert refusal(gate, replace(request, body=b"two"), "s3").code == "XAmzContentSHA256Mismatch"
    assert refusal(gate, replace(request, headers=without), "s3").code == "InvalidRequest"
    odd = {**request.headers, "x-amz-content-sha256": "md5"}
    assert refusal(gate, replace(request, headers=odd), "s3").code == "InvalidArgument"


def test_a_session_needs_its_token_and_ends(plane: Plane, iam: Any):
    trust = {"Effect": "Allow", "Principal": {"AWS": Plane.account}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    sts = client("sts")
    given = sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900)["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"])
    with_token = (*keys, given["SessionToken"])

    gate = later(plane, 0)
    assert gate.admit(sign("POST", "/", service="sts", keys=with_token), "sts", "GetCallerIdentity", {}).arn == (
        f"arn:aws:sts::{Plane.account}:assumed-role/reader/me"
    )
    assert refusal(gate, sign("POST", "/", keys=keys)).code == "UnrecognizedClientException"
    assert refusal(gate, sign("POST", "/", keys=(*keys, "other"))).code == "UnrecognizedClientException"
    assert refusal(gate, sign("GET", "/", service="s3", keys=(*keys, "other")), "s3").code == "InvalidToken"
    late = sign("GET", "/", service="s3", keys=with_token, presigned=True, expires=3600)
    assert refusal(later(plane, 895), late, "s3").message.startswith("User: arn:aws:sts::")
    assert refusal(later(plane, 901), late, "s3").code == "ExpiredToken"

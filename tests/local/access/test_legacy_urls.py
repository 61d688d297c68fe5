"""Presigned URLs of S3's older kind, as botocore makes them."""

import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import HmacV1QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bus.local.access import Gate, Kind
from bus.local.errors import AwsError
from bus.local.wire.messages import Request
from tests.local.access.signing_cases import ROOT

GET = {"Bucket": "bucket", "Key": "a b"}


def url_of(target: str, keys: tuple[str, ...] = ROOT, *, host: str = "localhost", **headers: str) -> Request:
    """A GET of a presigned URL; a bucket in the host's name is part of what is signed."""
    given = AWSRequest(method="GET", url=f"http://{host}{target}", headers=headers)
    given.auth_path = target.partition("?")[0] if host == "localhost" else f"/{host.partition('.')[0]}{target}"
    HmacV1QueryAuth(Credentials(*keys), expires=60).add_auth(given)
    parts = urlsplit(given.url)
    return Request("GET", parts.path, parts.query, {"host": host})


def refused(gate: Gate, request: Request) -> AwsError:
    with pytest.raises(AwsError) as caught:
        gate.admit(request, "s3", "GetObject", GET)
    return caught.value


@pytest.mark.parametrize("target", ["/bucket/a%20b", "/bucket/a%20b?versionId=7%2B&acl", "/bucket/%C3%BC?prefix=x"])
def test_what_botocore_signs_is_let_in(gate: Gate, target: str):
    assert gate.admit(url_of(target), "s3", "GetObject", GET).kind is Kind.ROOT
    assert refused(gate, url_of(target, (ROOT[0], "another"))).code == "SignatureDoesNotMatch"


def test_a_bucket_may_be_in_the_hosts_name(gate: Gate):
    assert gate.admit(url_of("/a", host="bucket.localhost"), "s3", "GetObject", GET).kind is Kind.ROOT


def test_a_session_has_its_token_in_the_url(gate: Gate, iam: Any):
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    given = gate.credentials(role, "me")
    keys = (given.access_key, given.secret_key, given.token)

    assert refused(gate, url_of("/bucket/a", keys)).message.startswith("User: arn:aws:sts::123456789012:assumed-role/")
    assert refused(gate, url_of("/bucket/a", keys[:2])).code == "InvalidAccessKeyId"


def test_a_url_that_was_changed_or_has_expired_is_refused(gate: Gate, plane: Any):
    request = url_of("/bucket/a?versionId=1")

    changes = ({"path": "/bucket/b"}, {"query": request.query.replace("versionId=1", "versionId=2")}, {"method": "PUT"})
    for change in changes:
        assert refused(gate, replace(request, **change)).code == "SignatureDoesNotMatch"
    late = Gate(plane, root=ROOT, enforce=True, now=lambda: time.time() + 70)
    assert refused(late, request).message == "Request has expired"
    assert "requires the Signature" in refused(gate, replace(request, query="AWSAccessKeyId=a")).message
    odd = replace(request, query="AWSAccessKeyId=a&Signature=b&Expires=soon")
    assert refused(gate, odd).message == "Invalid date (should be seconds since epoch): soon"

"""Claim checks and rejected records, in S3."""

import hashlib
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from bus.sdk import ClaimCheckError
from bus.sdk.claim_check import ClaimChecks
from services.analytics.adapters.claim_check_bucket import ClaimCheckBucket
from services.analytics.adapters.s3_rejections import S3Rejections
from services.analytics.domain import LARGEST_ROW, Rejected, RejectedEventError


@pytest.fixture
def s3() -> Any:
    with mock_aws():
        client = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="s")  # noqa: S106 - no one's
        for bucket in ("claims", "lake"):
            client.create_bucket(Bucket=bucket)
        yield client


@pytest.fixture
def claims(s3: Any) -> ClaimCheckBucket:
    return ClaimCheckBucket(ClaimChecks(s3), "claims")


def checked_in(s3: Any, body: bytes, **changes: Any) -> dict[str, Any]:
    s3.put_object(Bucket="claims", Key="k", Body=body)
    claim = {"bucket": "claims", "key": "k", "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return {**claim, **changes}


def test_a_claim_check_is_redeemed(s3: Any, claims: ClaimCheckBucket) -> None:
    assert claims.redeem(checked_in(s3, b'{"order_id": "1"}')) == {"order_id": "1"}


@pytest.mark.parametrize(
    ("body", "changes", "reason"),
    [
        (b"{}", {"sha256": "0"}, "its SHA-256 differs"),
        (b"{}", {"key": "gone"}, "NoSuchKey"),
        (b"{}", {"key": ""}, "names no S3 object"),
        (b"{}", {"key": None}, "is not an object with bucket, key, sha256"),
        (b"{}", {"bucket": "lake"}, "names a bucket that is not this stage's"),
        (b"{}", {"size": LARGEST_ROW + 1}, "takes 1,024,001 bytes, and Firehose at most 1,024,000"),
        (b"{", {}, "is not JSON"),
        (b"\xff", {}, "is not JSON"),
    ],
)
def test_a_claim_check_that_is_good_for_nothing_rejects_its_event(
    s3: Any, claims: ClaimCheckBucket, body: bytes, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RejectedEventError, match=reason):
        claims.redeem(checked_in(s3, body, **changes))


@pytest.mark.parametrize("claim", [None, "s3://claims/k", []])
def test_what_is_no_claim_check_rejects_its_event(claims: ClaimCheckBucket, claim: Any) -> None:
    with pytest.raises(RejectedEventError, match="is not an object with bucket, key, sha256"):
        claims.redeem(claim)


def test_an_s3_that_fails_is_no_fault_of_the_event(s3: Any, claims: ClaimCheckBucket) -> None:
    claim = checked_in(s3, b"{}")

    with Stubber(s3) as failing:
        failing.add_client_error("get_object", "SlowDown", http_status_code=503)
        with pytest.raises(ClaimCheckError, match="SlowDown"):
            claims.redeem(claim)


def test_rejected_records_of_a_batch_are_kept_in_one_object_with_their_reasons(s3: Any) -> None:
    rejections = S3Rejections(lambda: s3, "lake")
    rejected = [Rejected(str(n), 1_773_508_092_000, "e30=", {}, f"reason {n}") for n in range(2)]

    kept_in = rejections.keep("batch-1", rejected)

    assert kept_in == "s3://lake/errors/rejected/2026/03/14/17/batch-1.jsonl"
    body = s3.get_object(Bucket="lake", Key=kept_in.removeprefix("s3://lake/"))["Body"].read().decode()
    assert [json.loads(line) for line in body.splitlines()] == [
        {
            "recordId": str(n),
            "arrivalTimestamp": 1_773_508_092_000,
            "errorCode": "Rejected",
            "errorMessage": f"reason {n}",
            "rawData": "e30=",
        }
        for n in range(2)
    ]


def test_a_bucket_that_cannot_be_written_fails_the_invocation(s3: Any) -> None:
    rejections = S3Rejections(lambda: s3, "nowhere")

    with pytest.raises(ClientError, match="NoSuchBucket"):
        rejections.keep("batch-1", [Rejected("1", 0, "e30=", {}, "reason")])

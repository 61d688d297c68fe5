"""Which of S3's operations a request is: whatever botocore sends is told apart."""

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest

from bus.local.wire.messages import Request
from bus.local.wire.s3_operations import find

CASES: dict[str, dict[str, Any]] = {
    "ListBuckets": {},
    "CreateBucket": {"Bucket": "b"},
    "HeadBucket": {"Bucket": "b"},
    "ListObjects": {"Bucket": "b", "Prefix": "p/"},
    "ListObjectsV2": {"Bucket": "b", "Prefix": "p/"},
    "ListMultipartUploads": {"Bucket": "b"},
    "ListObjectVersions": {"Bucket": "b"},
    "GetBucketPolicy": {"Bucket": "b"},
    "PutBucketPolicy": {"Bucket": "b", "Policy": "{}"},
    "DeleteObjects": {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "c"}]}},
    "PutObject": {"Bucket": "b", "Key": "k/l m", "Body": b"x"},
    "CopyObject": {"Bucket": "b", "Key": "k", "CopySource": "b/o"},
    "UploadPart": {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u", "Body": b"x"},
    "UploadPartCopy": {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u", "CopySource": "b/o"},
    "CreateMultipartUpload": {"Bucket": "b", "Key": "k"},
    "CompleteMultipartUpload": {"Bucket": "b", "Key": "k", "UploadId": "u"},
    "AbortMultipartUpload": {"Bucket": "b", "Key": "k", "UploadId": "u"},
    "ListParts": {"Bucket": "b", "Key": "k", "UploadId": "u"},
    "GetObject": {"Bucket": "b", "Key": "k"},
    "HeadObject": {"Bucket": "b", "Key": "k"},
    "DeleteObject": {"Bucket": "b", "Key": "k"},
    "GetObjectTagging": {"Bucket": "b", "Key": "k"},
    "GetObjectAcl": {"Bucket": "b", "Key": "k"},
}


def sent(operation: str, params: dict[str, Any]) -> Request:
    """What botocore would send, path-style."""
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106 - nobody's
    model = client.meta.service_model.operation_model(operation)
    made = client._serializer.serialize_to_request(params, model)  # noqa: SLF001 - what it sends, unsent
    made["headers"] = dict(made["headers"])
    whole = AWSRequest(
        made["method"], f"http://s3{made['url_path']}", made["headers"], made["body"], made["query_string"]
    )
    prepared = whole.prepare()
    path, _, query = prepared.url.removeprefix("http://s3").partition("?")
    headers = {name.lower(): value for name, value in made["headers"].items()}
    return Request(prepared.method, path, query, headers)


@pytest.mark.parametrize("operation", CASES)
def test_what_botocore_sends_is_the_operation_it_meant(operation: str) -> None:
    found = find(sent(operation, CASES[operation]), None)
    assert found is not None
    assert found[0] == operation
    assert found[1].get("Bucket") == CASES[operation].get("Bucket")


def test_a_bucket_in_the_host_is_the_bucket() -> None:
    assert find(Request("GET", "/k", "", {}), "b") == ("GetObject", {"Bucket": "b", "Key": "k"})
    assert find(Request("GET", "/", "list-type=2", {}), "b") == ("ListObjectsV2", {"Bucket": "b"})


def test_a_method_that_no_operation_has_is_none() -> None:
    assert find(Request("PATCH", "/b/k", "", {}), None) is None

"""Services that moto keeps, behind the endpoint: boto3's requests, and those of SDKs that write them otherwise."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from gzip import compress
from io import BytesIO
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from botocore.exceptions import ClientError

from bus.local.plane import Plane
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.local import PlaneFront
from bus.local.wire.messages import Request
from bus.local.wire.moto import raw
from tests.local.wire.clients import Wire

_SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
_PATHS = {"addressing_style": "path"}


@pytest.fixture
def s3(client):
    made = client("s3", s3=_PATHS)
    made.create_bucket(Bucket="things")
    return made


@pytest.mark.parametrize("key", ["k", "a/b c+d", "ä/☃", "100%", "a//b", "trailing/", "q?x=1&y#z"])
def test_an_object_comes_back_by_any_key(key, s3):
    s3.put_object(Bucket="things", Key=key, Body=b"hello", Metadata={"who": "me"}, ContentType="text/plain")

    found = s3.get_object(Bucket="things", Key=key)

    assert found["Body"].read() == b"hello"
    assert (found["ContentType"], found["Metadata"]) == ("text/plain", {"who": "me"})
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="things")["Contents"]] == [key]
    assert s3.head_object(Bucket="things", Key=key)["ContentLength"] == 5


def test_a_part_of_an_object_is_answered_with_its_range(s3):
    s3.put_object(Bucket="things", Key="k", Body=b"0123456789")

    found = s3.get_object(Bucket="things", Key="k", Range="bytes=2-4")

    assert found["Body"].read() == b"234"
    assert found["ContentRange"] == "bytes 2-4/10"
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_what_is_deleted_is_gone(s3):
    s3.put_object(Bucket="things", Key="k", Body=b"x")

    s3.delete_object(Bucket="things", Key="k")

    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="things", Key="k")
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="things", Key="k")


def test_several_objects_are_deleted_at_once(s3):
    for key in ("a", "b"):
        s3.put_object(Bucket="things", Key=key, Body=b"x")

    s3.delete_objects(Bucket="things", Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})

    assert "Contents" not in s3.list_objects_v2(Bucket="things")


def test_a_large_file_goes_in_parts(s3):
    data = bytes(range(256)) * 40_960

    s3.upload_fileobj(BytesIO(data), "things", "large")

    assert s3.get_object(Bucket="things", Key="large")["Body"].read() == data
    assert s3.head_object(Bucket="things", Key="large")["ETag"].endswith('-2"')


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_presigned_url_works_without_a_header(version, client, s3, endpoint):
    s3.put_object(Bucket="things", Key="k", Body=b"x")
    signer = client("s3", signature_version=version, s3=_PATHS)
    url = urlsplit(signer.generate_presigned_url("get_object", Params={"Bucket": "things", "Key": "k"}))

    answer = endpoint.answer(Request("GET", url.path, url.query, {"host": url.netloc})).result()

    assert (answer.status, answer.body) == (200, b"x")


def test_a_host_may_name_the_bucket(s3, endpoint):
    for host, key in (("things.localhost:4566", "a"), ("things.s3.localhost:4566", "b")):
        put = endpoint.answer(Request("PUT", f"/{key}", "", {"host": host, "authorization": _SIGNED}, b"x")).result()
        assert put.status == 200

    assert [one["Key"] for one in s3.list_objects_v2(Bucket="things")["Contents"]] == ["a", "b"]


def _put(endpoint, body: bytes, **headers: str):
    told = {"host": "127.0.0.1:4566", "authorization": _SIGNED, "content-encoding": "aws-chunked"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return endpoint.answer(Request("PUT", "/things/k", "", told, body)).result()


def test_a_body_in_chunks_is_put_together_and_its_trailing_checksum_kept(s3, endpoint):
    checksum = b64encode(crc32(b"hello world").to_bytes(4)).decode()
    body = f"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()

    answer = _put(
        endpoint,
        body,
        x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length="11",
        x_amz_trailer="x-amz-checksum-crc32",
        x_amz_sdk_checksum_algorithm="CRC32",
    )

    found = s3.get_object(Bucket="things", Key="k", ChecksumMode="ENABLED")
    assert answer.status == 200
    assert found["Body"].read() == b"hello world"
    assert found["ChecksumCRC32"] == checksum
    assert "ContentEncoding" not in found


def test_the_signatures_of_chunks_are_no_part_of_an_object(s3, endpoint):
    body = b"5;chunk-signature=aa\r\nhello\r\n0;chunk-signature=bb\r\n\r\n"

    answer = _put(endpoint, body, x_amz_content_sha256="STREAMING-AWS4-HMAC-SHA256-PAYLOAD")

    assert answer.status == 200
    assert s3.get_object(Bucket="things", Key="k")["Body"].read() == b"hello"


@pytest.mark.parametrize("body", [b"", b"5\r\nhel", b"zz\r\n", b"5\r\nhello world\r\n0\r\n\r\n", b"0\r\n\r\n"])
def test_a_body_whose_chunks_are_broken_is_incomplete(body, s3, endpoint):
    answer = _put(
        endpoint, body, x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER", x_amz_decoded_content_length="5"
    )

    assert answer.status == 400
    assert b"<Code>IncompleteBody</Code>" in answer.body
    assert "Contents" not in s3.list_objects_v2(Bucket="things")


@pytest.mark.usefixtures("s3")
def test_broken_xml_is_refused_as_s3_refuses_it(endpoint):
    request = Request("POST", "/things", "delete", {"host": "127.0.0.1:4566", "authorization": _SIGNED}, b"<Delete>")

    answer = endpoint.answer(request).result()

    assert answer.status == 400
    assert b"<Code>MalformedXML</Code>" in answer.body


@pytest.fixture(params=["endpoint", "moto"])
def metrics(request, endpoint):
    """Asks for metrics through the plane, and of moto alone, which has no CBOR of its own."""
    if request.param == "endpoint":
        return lambda asked: endpoint.answer(asked).result()
    return lambda asked: raw("cloudwatch", asked, region=Plane.region)


def test_metrics_come_and_go_in_cbor(metrics):
    wire = Wire("cloudwatch", "smithy-rpc-v2-cbor")
    data = [{"MetricName": "m", "Value": 1.5, "Timestamp": datetime(2026, 1, 1, tzinfo=UTC)}]

    put = metrics(wire.request("PutMetricData", {"Namespace": "n", "MetricData": data}))
    listed = metrics(wire.request("ListMetrics", {"Namespace": "n"}))

    assert wire.parsed("PutMetricData", put) == {}
    assert listed.headers["smithy-protocol"] == "rpc-v2-cbor"
    assert [one["MetricName"] for one in wire.parsed("ListMetrics", listed)["Metrics"]] == ["m"]


def test_a_compressed_body_is_inflated(endpoint):
    wire = Wire("cloudwatch", "smithy-rpc-v2-cbor")
    plain = wire.request("PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "z", "Value": 1.0}]})
    zipped = replace(plain, headers={**plain.headers, "content-encoding": "gzip"}, body=compress(plain.body))

    put = endpoint.answer(zipped).result()
    broken = endpoint.answer(replace(zipped, body=b"no gzip")).result()

    listed = endpoint.answer(wire.request("ListMetrics", {"Namespace": "n"})).result()
    assert (put.status, broken.status) == (200, 400)
    assert [one["MetricName"] for one in wire.parsed("ListMetrics", listed)["Metrics"]] == ["z"]


class _MotosAlone(PlaneFront):
    def owns(self, _: str) -> bool:
        return False


def test_an_error_of_motos_comes_in_cbor_too(plane):
    wire = Wire("cloudwatch", "smithy-rpc-v2-cbor")

    answer = Endpoint(_MotosAlone(plane)).answer(wire.request("GetDashboard", {"DashboardName": "none"})).result()

    assert answer.status == 404
    assert wire.parsed("GetDashboard", answer)["Error"]["Code"] == "ResourceNotFound"


def test_services_of_every_protocol_are_motos(client):
    client("iam").create_user(UserName="u")
    client("secretsmanager").create_secret(Name="s", SecretString="x")
    client("logs").create_log_group(logGroupName="g")
    client("eks").create_cluster(name="c", roleArn="arn:aws:iam::123456789012:role/r", resourcesVpcConfig={})

    assert [user["UserName"] for user in client("iam").list_users()["Users"]] == ["u"]
    assert client("secretsmanager").get_secret_value(SecretId="s")["SecretString"] == "x"
    assert client("logs").describe_log_groups()["logGroups"][0]["creationTime"] == 1_767_225_600_000
    assert client("eks").list_clusters()["clusters"] == ["c"]
    assert client("sts").get_caller_identity()["Account"] == "123456789012"


def test_an_error_of_motos_is_the_services_own(client):
    secrets = client("secretsmanager")

    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId="none")


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("braket", "get_job", {"jobArn": "arn:aws:braket:us-east-1:1:job/1"}),
        ("logs", "test_metric_filter", {"filterPattern": "a", "logEventMessages": ["b"]}),
    ],
)
def test_what_moto_does_not_do_is_unsupported(service, operation, params, client):
    with pytest.raises(ClientError) as raised:
        getattr(client(service), operation)(**params)

    assert raised.value.response["Error"]["Code"] == "UnsupportedOperation"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_the_platforms_own_services_are_not_motos(client):
    queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    topic = client("sns").create_topic(Name="t")["TopicArn"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    assert client("sns").list_subscriptions()["Subscriptions"][0]["Endpoint"] == arn
    assert client("sqs").list_queues()["QueueUrls"] == [queue]

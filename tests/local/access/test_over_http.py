"""What real clients send over real sockets is let in: boto3's requests, as its HTTP library writes them."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from bus.local.access import Caller, Gate
from bus.local.errors import OperationError
from bus.local.wire.messages import Request
from tests.local.access.signing_cases import ROOT


class Endpoint:
    """A server that lets the gate look at each request, and answers nothing else."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.asked = gate, ("", "", {})
        self.outcomes: list[Caller | OperationError] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                endpoint.answer(self)

            def log_message(self, *_: object) -> None:
                """Quietly."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        path, _, query = handler.path.partition("?")
        request = Request(handler.command, path, query, headers, body)
        try:
            self.outcomes.append(self.gate.admit(request, *self.asked))
        except OperationError as error:
            self.outcomes.append(error)
        status = 200 if isinstance(self.outcomes[-1], Caller) else 403
        handler.wfile.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        handler.close_connection = True

    def client(self, service: str, keys: tuple[str, ...] = ROOT, version: str | None = None) -> Any:
        config = Config(
            retries={"total_max_attempts": 1},
            read_timeout=5,
            s3={"addressing_style": "path"},
            signature_version=version,
        )
        return boto3.client(
            service,  # type: ignore[call-overload]  # the stubs list services by literal names
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            config=config,
        )


@pytest.fixture
def endpoint(plane: Any) -> Iterator[Endpoint]:
    """No moto: it would answer in the server's place. Of IAM the root's key needs nothing."""
    serving = Endpoint(Gate(plane, root=ROOT, enforce=True))
    thread = Thread(target=serving.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield serving
    serving.server.shutdown()
    thread.join(timeout=5)
    serving.server.server_close()


KEY = "a b/ü+~!*'()&=?#%41//x/../y"
CALLS = [
    ("s3", "PutObject", {"Bucket": "bucket", "Key": KEY, "Body": b"bytes", "Metadata": {"note": "two  spaces"}}),
    ("s3", "GetObject", {"Bucket": "bucket", "Key": KEY, "VersionId": "a/b+c="}),
    ("s3", "ListObjectsV2", {"Bucket": "bucket", "Prefix": "ü /+", "Delimiter": "/", "EncodingType": "url"}),
    ("s3", "CreateMultipartUpload", {"Bucket": "bucket", "Key": KEY, "Tagging": "a=b c&d=ü"}),
    ("lambda", "Invoke", {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:f:live", "Payload": b"{}"}),
    ("lambda", "ListTags", {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}),
    ("scheduler", "GetSchedule", {"Name": "a.b", "GroupName": "g"}),
    ("apigatewayv2", "GetRoutes", {"ApiId": "a"}),
    ("sesv2", "GetEmailIdentity", {"EmailIdentity": "me+you@shop.example"}),
    ("events", "PutEvents", {"Entries": [{"Source": "ü", "DetailType": "X", "Detail": "{}"}]}),
    ("dynamodb", "GetItem", {"TableName": "t", "Key": {"pk": {"S": "1"}}}),
    ("sqs", "ListQueues", {}),
    ("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "a b&c=ü"}),
    ("cloudwatch", "ListMetrics", {}),
    ("stepfunctions", "ListStateMachines", {}),
    ("sts", "GetCallerIdentity", {}),
]


@pytest.mark.parametrize(("service", "operation", "params"), CALLS)
def test_a_call_of_boto3_is_let_in_with_the_right_secret_and_no_other(
    endpoint: Endpoint, service: str, operation: str, params: dict[str, Any]
):
    endpoint.asked = (service, operation, params)
    for keys in (ROOT, (ROOT[0], "another secret")):
        try:
            endpoint.client(service, keys)._make_api_call(operation, params)  # noqa: SLF001 - its name as AWS has it
        except ClientError:
            assert keys != ROOT
        except ResponseParserError:
            assert service in {"sns", "sts"}  # they miss the XML that the endpoint does not answer

    allowed, refused = endpoint.outcomes
    assert isinstance(allowed, Caller)
    assert isinstance(refused, OperationError)
    assert refused.code in {"InvalidSignatureException", "SignatureDoesNotMatch"}


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize(("method", "operation"), [("GET", "get_object"), ("PUT", "put_object")])
def test_a_presigned_url_is_let_in_and_no_other_like_it(endpoint: Endpoint, method: str, operation: str, version: str):
    """boto3 makes URLs of the older kind ("s3") unless it is told otherwise."""
    # requests takes dots out of paths, as no client of S3 may.
    params = {"Bucket": "bucket", "Key": KEY.replace("..", "x")}
    endpoint.asked = ("s3", "GetObject" if method == "GET" else "PutObject", params)
    url = endpoint.client("s3", version=version).generate_presigned_url(operation, Params=params, ExpiresIn=60)

    def status(url: str, method: str = method, **headers: str) -> int:
        return requests.request(method, url, timeout=5, headers=headers).status_code

    assert status(url) == 200
    assert status(url.replace("bucket/", "buckets/")) == 403
    assert status(re.sub(r"Expires=(\d+)", r"Expires=\g<1>0", url)) == 403
    assert status(url + "&versionId=1") == 403
    assert status(url, **{"x-amz-acl": "public-read"}) == 403
    assert status(url, "DELETE") == 403

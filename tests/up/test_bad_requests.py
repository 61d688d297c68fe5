"""What is wrong with a request is said as its service says it, and hurts nobody else."""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from bus.local.wire import cbor
from tests.local.wire_server.served import Answered, Client
from tests.up.project import Platform

CROWD = 1000
SEED = 20261124
QUICKLY = 1.0  # seconds
_JSON = "application/x-amz-json-1.1"
_OLDER_CBOR = "application/x-amz-cbor-1.1"
_FORM = "application/x-www-form-urlencoded"
_SCOPE = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture
def connect(up: Platform) -> Iterator[Callable[[], Client]]:
    """`connect()`: a new connection to the endpoint."""
    port = urlsplit(up.endpoint).port
    assert port is not None
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Client(port)))


@pytest.fixture(autouse=True)
def _unharmed(up: Platform) -> Iterator[None]:
    """Whatever a test asks: afterwards the process lives, its next caller is served quickly, and no bug was logged."""
    before = len(up.output.read_text())
    yield
    began = time.monotonic()
    item = {"id": {"S": "after"}}
    up.client("dynamodb").put_item(TableName="things", Item=item)
    assert up.client("dynamodb").get_item(TableName="things", Key=item)["Item"] == item
    assert time.monotonic() - began < 2 * QUICKLY
    assert up.process.poll() is None
    assert "Traceback" not in up.output.read_text()[before:]


def raw(body: bytes, method: str = "POST", path: str = "/", **headers: str) -> bytes:
    """A request as it goes over the wire; names of headers are written with underscores."""
    given = {"host": "127.0.0.1", "content_length": str(len(body))} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


def targeted(target: str, body: bytes, content_type: str = _JSON) -> bytes:
    return raw(body, x_amz_target=target, content_type=content_type)


def signed(service: str, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    return raw(body, method, path, authorization=_SCOPE.format(service), **headers)


def form(service: str, text: str) -> bytes:
    return signed(service, "POST", "/", text.encode(), content_type=_FORM)


def code(answer: Answered) -> str:
    """The error's code, wherever the answer's protocol has it."""
    kind = answer.headers["content-type"]
    if "xml" in kind:
        found = next(node for node in ET.fromstring(answer.body).iter() if node.tag.rpartition("}")[2] == "Code")
        return str(found.text)
    if kind == "application/json":
        return answer.headers["x-amzn-errortype"]
    told: Any = cbor.loads(answer.body) if "cbor" in kind else json.loads(answer.body)
    return str(told["__type"]).rpartition("#")[2]


@pytest.mark.parametrize(
    ("request_", "status", "expected"),
    [
        (targeted("AmazonSQS.Nope", b"{}", "application/x-amz-json-1.0"), 400, "UnknownOperationException"),
        (targeted("DynamoDB_20120810.Nope", b"{}"), 400, "UnknownOperationException"),
        (targeted("AWSEvents.Nope", b"{}"), 400, "UnknownOperationException"),
        (targeted("Kinesis_20131202.Nope", b"\xa0", _OLDER_CBOR), 400, "UnknownOperationException"),
        (targeted("NoSuchService.Nope", b"{}"), 400, "UnknownOperationException"),
        (targeted("AmazonSSM.Nope", b"{}"), 400, "UnknownOperationException"),
        (form("sns", "Action=Nope&Version=2010-03-31"), 400, "InvalidAction"),
        (form("cloudformation", "Action=Nope&Version=2010-05-15"), 400, "InvalidAction"),
        (form("iam", "Action=Nope&Version=2010-05-08"), 400, "InvalidAction"),
        (signed("lambda", "POST", "/2015-03-31/nope"), 404, "UnknownOperationException"),
        (signed("scheduler", "GET", "/nope"), 404, "UnknownOperationException"),
        (signed("pipes", "PATCH", "/v1/pipes"), 404, "UnknownOperationException"),
    ],
)
def test_an_operation_that_is_not_there_is_said_to_be_unknown(
    connect: Callable[[], Client], request_: bytes, status: int, expected: str
):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (status, expected)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": 1, "MessageBody": "x"}'), "SerializationException"),
        (targeted("DynamoDB_20120810.GetItem", b'{"TableName": ["things"]}'), "SerializationException"),
        (targeted("AWSEvents.PutEvents", b'{"Entries": {"Source": "case"}}'), "SerializationException"),
        (targeted("AWSEvents.PutEvents", b"{}"), "ValidationException"),
        (targeted("Kinesis_20131202.PutRecord", b"\xa1\x64Data\x01", _OLDER_CBOR), "SerializationException"),
        (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": "u"}'), "MissingParameter"),
        (targeted("AmazonSSM.GetParameter", b'{"Name": 7}'), "SerializationException"),
        (form("sns", "Action=Publish&Version=2010-03-31"), "ValidationError"),
        (signed("lambda", "GET", "/2015-03-31/functions?MaxItems=many"), "SerializationException"),
        (signed("scheduler", "POST", "/schedules/x", b'{"Target": 1}'), "SerializationException"),
    ],
)
def test_a_value_of_the_wrong_type_and_one_that_is_missing_are_refused(
    connect: Callable[[], Client], request_: bytes, expected: str
):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (400, expected)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": "u'), "SerializationException"),
        (targeted("DynamoDB_20120810.PutItem", b"\xff\xfe\x00"), "SerializationException"),
        (targeted("AWSEvents.PutEvents", b"[" * 100_000), "SerializationException"),
        (targeted("AmazonSSM.GetParameter", b'{"Name'), "SerializationException"),
        (targeted("Kinesis_20131202.PutRecord", b"\xbf\x64Data", _OLDER_CBOR), "SerializationException"),
        (targeted("Kinesis_20131202.PutRecord", b"\x9f" * 100_000, _OLDER_CBOR), "SerializationException"),
        (signed("lambda", "POST", "/2015-03-31/functions", b"{"), "InvalidRequestContentException"),
        (signed("lambda", "POST", "/2015-03-31/functions/writer/invocations", b"{"), "InvalidRequestContentException"),
        (signed("s3", "POST", "/objects?delete", b"<Delete><Object>", content_type="application/xml"), "MalformedXML"),
        (form("sns", "Action=Publish&TopicArn=%ff%fe&Message=%zz"), "InvalidParameter"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(connect: Callable[[], Client], request_: bytes, expected: str):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (400, expected)


def test_half_a_character_is_for_the_service_to_judge(connect: Callable[[], Client], up: Platform):
    """An escape of JSON may be half of a surrogate pair; SQS, "InvalidMessageContents"."""
    url = up.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]

    answer = connect().ask(
        targeted("AmazonSQS.SendMessage", b'{"QueueUrl": "%b", "MessageBody": "\\ud83d"}' % url.encode())
    )

    assert (answer.status, code(answer)) == (400, "InvalidMessageContents")


def test_a_body_that_is_cut_short_does_nothing(connect: Callable[[], Client], up: Platform):
    """A client that hangs up in the midst of its request gets no answer, and changes nothing."""
    body = json.dumps({"TableName": "things", "Item": {"id": {"S": "cut"}}}).encode()
    client = connect()
    client.send(targeted("DynamoDB_20120810.PutItem", body)[:-3])
    client.hang_up()

    assert client.rest() == b""
    assert "Item" not in up.client("dynamodb").get_item(TableName="things", Key={"id": {"S": "cut"}})


def test_a_body_that_is_longer_than_it_says_is_read_as_far_as_it_says(connect: Callable[[], Client]):
    body, client = b'{"TableName": "things"}', connect()

    answer = client.ask(
        raw(body, x_amz_target="DynamoDB_20120810.DescribeTable", content_type=_JSON, content_length=str(len(body) - 5))
    )

    assert (answer.status, code(answer)) == (400, "SerializationException")
    assert client.answer().status == 400  # what is left over is no request
    assert client.rest() == b""


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (raw(b"", x_padding="x" * 100_000), 431),
        (raw(b"", **{f"x_{n}": "x" * 100 for n in range(1000)}), 431),
        (raw(b"", "GET", "/" + "x" * 50_000), 414),
        (raw(b"", content_length=str(10**12)), 413),
        (raw(b"", content_length="many"), 400),
        (raw(b"", content_length="-1"), 400),
        (raw(b"", transfer_encoding="gzip"), 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), 400),  # TLS
        (b"\x00" * 1000, 400),
        (b"HELO there\r\n\r\n", 400),
    ],
)
def test_what_is_no_fit_request_of_http_is_refused_and_the_connection_closed(
    connect: Callable[[], Client], request_: bytes, status: int
):
    client = connect()

    answer = client.ask(request_)

    assert (answer.status, answer.headers["connection"]) == (status, "close")
    assert client.rest() == b""


def test_requests_with_random_damage_are_all_answered(connect: Callable[[], Client]):
    """Never as a failure of the server's own. A byte of each body is changed, taken out or put in."""
    chance = random.Random(SEED)
    whole = [
        ("DynamoDB_20120810.PutItem", {"TableName": "things", "Item": {"id": {"S": "x"}, "n": {"N": "1"}}}),
        ("DynamoDB_20120810.Query", {"TableName": "things", "KeyConditionExpression": "id = :i"}),
        ("AWSEvents.PutEvents", {"Entries": [{"Source": "case", "DetailType": "Case", "Detail": "{}"}]}),
        ("AWSEvents.PutRule", {"Name": "odd", "EventPattern": '{"source": ["case"]}'}),
        ("Kinesis_20131202.CreateStream", {"StreamName": "odd", "ShardCount": 1}),
        ("AmazonSQS.CreateQueue", {"QueueName": "odd", "Attributes": {"DelaySeconds": "1"}}),
        ("AmazonSSM.PutParameter", {"Name": "odd", "Value": "1", "Type": "String"}),
    ]
    client = connect()
    for target, params in islice(cycle(whole), 700):
        body = bytearray(json.dumps(params).encode())
        at = chance.randrange(len(body))
        body[at : at + chance.randrange(2)] = chance.randbytes(chance.randrange(2))

        answer = client.ask(targeted(target, bytes(body)))

        assert answer.status < 500, (target, bytes(body), answer)


@pytest.fixture
def many_files() -> Iterator[None]:
    """This process may open as many as it likes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_a_thousand_slow_connections_keep_nobody_waiting(connect: Callable[[], Client], up: Platform):
    slow = [connect() for _ in range(CROWD)]
    request_ = targeted("AWSEvents.PutEvents", b"{}")
    sqs, longest = up.client("sqs"), 0.0

    for part in range(len(request_) - 1):
        for client in slow[part::20]:
            with suppress(OSError):  # where a process may open few files, the oldest made room
                client.send(request_[part : part + 1])
        began = time.monotonic()
        sqs.list_queues()
        longest = max(longest, time.monotonic() - began)

    assert longest < QUICKLY

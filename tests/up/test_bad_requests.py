"""What is wrong with a request is said as its service says it, and hurts nobody else."""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.local.wire_server.served import Client
from tests.up.project import Platform
from tests.up.raw import CBOR, code, form, raw, signed, targeted

CROWD = 1000
SEED = 20261124
QUICKLY = 1.0  # seconds

Connect = Callable[[], Client]


@pytest.fixture
def connect(up: Platform) -> Iterator[Connect]:
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


def _each(cases: Mapping[str, tuple[Any, ...]]) -> list[Any]:
    return [pytest.param(*case, id=name) for name, case in cases.items()]


UNKNOWN = {
    "sqs": (targeted("AmazonSQS.Nope", b"{}", "application/x-amz-json-1.0"), 400, "UnknownOperationException"),
    "dynamodb": (targeted("DynamoDB_20120810.Nope", b"{}"), 400, "UnknownOperationException"),
    "events": (targeted("AWSEvents.Nope", b"{}"), 400, "UnknownOperationException"),
    "kinesis": (targeted("Kinesis_20131202.Nope", b"\xa0", CBOR), 400, "UnknownOperationException"),
    "secretsmanager": (targeted("secretsmanager.Nope", b"{}"), 400, "UnknownOperationException"),
    "nobody": (targeted("NoSuchService.Nope", b"{}"), 400, "UnknownOperationException"),
    "sns": (form("sns", "Action=Nope&Version=2010-03-31"), 400, "InvalidAction"),
    "cloudformation": (form("cloudformation", "Action=Nope&Version=2010-05-15"), 400, "InvalidAction"),
    "iam": (form("iam", "Action=Nope&Version=2010-05-08"), 400, "InvalidAction"),
    "lambda": (signed("lambda", "POST", "/2015-03-31/nope"), 404, "UnknownOperationException"),
    "scheduler": (signed("scheduler", "GET", "/nope"), 404, "UnknownOperationException"),
    "pipes": (signed("pipes", "PATCH", "/v1/pipes"), 404, "UnknownOperationException"),
}


@pytest.mark.parametrize(("request_", "status", "expected"), _each(UNKNOWN))
def test_an_operation_that_is_not_there_is_said_to_be_unknown(
    connect: Connect, request_: bytes, status: int, expected: str
):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (status, expected)


WRONG = {
    "sqs": (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": 1, "MessageBody": "x"}'), "SerializationException"),
    "sqs-missing": (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": "u"}'), "MissingRequiredParameterException"),
    "dynamodb": (targeted("DynamoDB_20120810.GetItem", b'{"TableName": ["things"]}'), "SerializationException"),
    "events": (targeted("AWSEvents.PutEvents", b'{"Entries": {"Source": "case"}}'), "SerializationException"),
    "events-missing": (targeted("AWSEvents.PutEvents", b"{}"), "ValidationException"),
    "kinesis": (targeted("Kinesis_20131202.PutRecord", b"\xa1\x64Data\x01", CBOR), "SerializationException"),
    "secretsmanager": (targeted("secretsmanager.GetSecretValue", b'{"SecretId": 7}'), "SerializationException"),
    "sns-missing": (form("sns", "Action=Publish&Version=2010-03-31"), "ValidationError"),
    "lambda": (signed("lambda", "GET", "/2015-03-31/functions?MaxItems=many"), "SerializationException"),
    "scheduler": (signed("scheduler", "POST", "/schedules/x", b'{"Target": 1}'), "SerializationException"),
}


@pytest.mark.parametrize(("request_", "expected"), _each(WRONG))
def test_a_value_of_the_wrong_type_and_one_that_is_missing_are_refused(
    connect: Connect, request_: bytes, expected: str
):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (400, expected)


_INVOCATIONS = "/2015-03-31/functions/writer/invocations"
BROKEN = {
    "sqs-cut": (targeted("AmazonSQS.SendMessage", b'{"QueueUrl": "u'), "SerializationException"),
    "dynamodb-binary": (targeted("DynamoDB_20120810.PutItem", b"\xff\xfe\x00"), "SerializationException"),
    "events-deep": (targeted("AWSEvents.PutEvents", b"[" * 100_000), "SerializationException"),
    "secretsmanager-cut": (targeted("secretsmanager.GetSecretValue", b'{"Secr'), "SerializationException"),
    "kinesis-cut": (targeted("Kinesis_20131202.PutRecord", b"\xbf\x64Data", CBOR), "SerializationException"),
    "kinesis-deep": (targeted("Kinesis_20131202.PutRecord", b"\x9f" * 100_000, CBOR), "SerializationException"),
    "lambda-cut": (signed("lambda", "POST", "/2015-03-31/functions", b"{"), "InvalidRequestContentException"),
    "lambda-payload": (signed("lambda", "POST", _INVOCATIONS, b"{"), "InvalidRequestContentException"),
    "s3-cut": (signed("s3", "POST", "/objects?delete", b"<Delete><Object>"), "MalformedXML"),
    "sns-binary": (form("sns", "Action=Publish&TopicArn=%ff%fe&Message=%zz"), "MalformedInput"),
}


@pytest.mark.parametrize(("request_", "expected"), _each(BROKEN))
def test_a_body_that_cannot_be_read_is_refused(connect: Connect, request_: bytes, expected: str):
    answer = connect().ask(request_)

    assert (answer.status, code(answer)) == (400, expected)


def test_half_a_character_is_for_the_service_to_judge(connect: Connect, up: Platform):
    """An escape of JSON may be half of a surrogate pair; API reference, SendMessage, InvalidMessageContents."""
    url = up.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
    body = b'{"QueueUrl": "%b", "MessageBody": "\\ud83d"}' % url.encode()

    answer = connect().ask(targeted("AmazonSQS.SendMessage", body))

    assert (answer.status, code(answer)) == (400, "InvalidMessageContents")


def test_a_body_that_is_cut_short_does_nothing(connect: Connect, up: Platform):
    """A client that hangs up in the midst of its request gets no answer, and changes nothing."""
    body = json.dumps({"TableName": "things", "Item": {"id": {"S": "cut"}}}).encode()
    client = connect()
    client.send(targeted("DynamoDB_20120810.PutItem", body)[:-3])
    client.hang_up()

    assert client.rest() == b""
    assert "Item" not in up.client("dynamodb").get_item(TableName="things", Key={"id": {"S": "cut"}})


def test_a_body_that_is_longer_than_it_says_is_read_as_far_as_it_says(connect: Connect):
    body, client = b'{"TableName": "things"}', connect()

    answer = client.ask(targeted("DynamoDB_20120810.DescribeTable", body, content_length=str(len(body) - 5)))

    assert (answer.status, code(answer)) == (400, "SerializationException")
    assert client.answer().status == 400  # what is left over is no request
    assert client.rest() == b""


UNFIT = {
    "one-huge-header": (raw(b"", x_padding="x" * 100_000), 431),
    "many-headers": (raw(b"", **{f"x_{n}": "x" * 100 for n in range(1000)}), 431),
    "long-path": (raw(b"", "GET", "/" + "x" * 50_000), 414),
    "huge-body": (raw(b"", content_length=str(10**12)), 413),
    "length-in-words": (raw(b"", content_length="many"), 400),
    "negative-length": (raw(b"", content_length="-1"), 400),
    "two-lengths": (raw(b"", transfer_encoding="chunked"), 400),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), 400),
    "zeros": (b"\x00" * 1000, 400),
    "no-http": (b"HELO there\r\n\r\n", 400),
}


@pytest.mark.parametrize(("request_", "status"), _each(UNFIT))
def test_what_is_no_fit_request_of_http_is_refused_and_the_connection_closed(
    connect: Connect, request_: bytes, status: int
):
    client = connect()

    answer = client.ask(request_)

    assert (answer.status, answer.headers["connection"]) == (status, "close")
    assert client.rest() == b""


WHOLE = [
    ("DynamoDB_20120810.PutItem", {"TableName": "things", "Item": {"id": {"S": "x"}, "n": {"N": "1"}}}),
    ("DynamoDB_20120810.Query", {"TableName": "things", "KeyConditionExpression": "id = :i"}),
    ("AWSEvents.PutEvents", {"Entries": [{"Source": "case", "DetailType": "Case", "Detail": "{}"}]}),
    ("AWSEvents.PutRule", {"Name": "odd", "EventPattern": '{"source": ["case"]}'}),
    ("Kinesis_20131202.CreateStream", {"StreamName": "odd", "ShardCount": 1}),
    ("AmazonSQS.CreateQueue", {"QueueName": "odd", "Attributes": {"DelaySeconds": "1"}}),
    ("AmazonSSM.PutParameter", {"Name": "odd", "Value": "1", "Type": "String"}),
    ("secretsmanager.CreateSecret", {"Name": "odd", "SecretString": "1"}),
    ("Logs_20140328.PutRetentionPolicy", {"logGroupName": "odd", "retentionInDays": 1}),
]


def test_requests_with_random_damage_are_all_answered(connect: Connect):
    """Never as a failure of the server's own. A byte of each body is changed, taken out or put in."""
    chance, client = random.Random(SEED), connect()  # noqa: S311 - the damage is to be the same every time

    for target, params in islice(cycle(WHOLE), 100 * len(WHOLE)):
        body = bytearray(json.dumps(params).encode())
        at = chance.randrange(len(body))
        body[at : at + chance.randrange(2)] = chance.randbytes(chance.randrange(2))
        answer = client.ask(targeted(target, bytes(body)))

        assert answer.status < 500, (target, bytes(body), answer)


@pytest.fixture
def _many_files() -> Iterator[None]:
    """This process may open as many as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("_many_files")
def test_a_thousand_slow_connections_keep_nobody_waiting(connect: Connect, up: Platform):
    slow = [connect() for _ in range(CROWD)]
    request_ = targeted("AWSEvents.PutEvents", b"{}")
    sqs, longest, steps = up.client("sqs"), 0.0, 4

    for number in range(steps * (len(request_) - 1)):  # in every step a quarter of them sends one byte more
        at, group = divmod(number, steps)
        for client in slow[group::steps]:
            with suppress(OSError):  # where the server may open few files only, the oldest made room
                client.send(request_[at : at + 1])
        began = time.monotonic()
        sqs.list_queues()
        longest = max(longest, time.monotonic() - began)

    assert longest < QUICKLY
    answer = slow[-1].ask(request_[-1:])
    assert (answer.status, code(answer)) == (400, "ValidationException")

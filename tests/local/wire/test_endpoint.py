"""Answers that come later, that fail, and what every answer carries."""

import json
from dataclasses import replace
from zlib import crc32

from bus.local.errors import UnsupportedOperationError
from bus.local.later import Later
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.messages import Request
from tests.local.wire.clients import OLDER_CBOR, Wire

_SQS = Wire("sqs", "json")
_RECEIVE = _SQS.request("ReceiveMessage", {"QueueUrl": "u"})


def test_an_answer_that_comes_later_is_written_when_it_is_there(front):
    front.answer = Later()

    answer = Endpoint(front).answer(_RECEIVE)
    before = answer.done
    front.answer.settle({"Messages": [{"Body": "b"}]})

    assert not before
    assert _SQS.parsed("ReceiveMessage", answer.result()) == {"Messages": [{"Body": "b"}]}


def test_whoever_waits_no_more_tells_the_room(front):
    told = []
    front.answer = Later()
    front.answer.abandon = lambda: told.append("gone")

    answer = Endpoint(front).answer(_RECEIVE)
    assert answer.abandon is not None
    answer.abandon()

    assert told == ["gone"]


def test_an_answer_that_fails_later_is_an_error_of_the_service(front):
    front.answer = Later()

    answer = Endpoint(front).answer(_RECEIVE)
    front.answer.fail(UnsupportedOperationError("that"))

    told = _SQS.parsed("ReceiveMessage", answer.result())["Error"]
    assert answer.result().status == 501
    assert (told["Code"], told["Message"]) == ("UnsupportedOperation", "the local event plane does not do that yet")


def test_what_a_room_has_wrong_is_logged_and_answered(front, caplog):
    front.answer = Later.failed(KeyError("oops"))

    answer = Endpoint(front).answer(_RECEIVE).result()

    assert answer.status == 500
    assert json.loads(answer.body)["__type"] == "com.amazonaws.sqs#InternalFailure"
    assert "KeyError: 'oops'" in caplog.text


def test_a_response_that_cannot_be_written_is_logged_and_answered(front, caplog):
    front.answer = Later.of({"Messages": 5})

    answer = Endpoint(front).answer(_RECEIVE).result()

    assert answer.status == 500
    assert "ReceiveMessage failed" in caplog.text


def test_the_trace_header_goes_with_the_call(front):
    headers = {**_RECEIVE.headers, "x-amzn-trace-id": "Root=1-2-3"}

    Endpoint(front).answer(replace(_RECEIVE, headers=headers))

    assert front.traces == ["Root=1-2-3"]


def test_each_answer_has_an_id_of_its_own(front):
    endpoint = Endpoint(front)

    ids = {endpoint.answer(_RECEIVE).result().headers["x-amzn-RequestId"] for _ in range(5)}

    assert len(ids) == 5


def test_dynamodb_sends_a_checksum(front):
    front.answer = Later.of({"TableNames": ["t"]})

    answer = Endpoint(front).answer(Wire("dynamodb", "json").request("ListTables", {})).result()

    assert answer.headers["x-amz-crc32"] == str(crc32(answer.body))


def test_numbers_and_blobs_of_dynamodb_are_as_boto3_gives_them(front):
    item = {"id": {"S": "1"}, "n": {"N": "1e5"}, "b": {"B": b"\x00"}, "bs": {"BS": [b"\x01"]}, "l": {"L": [{"B": b""}]}}

    Endpoint(front).answer(Wire("dynamodb", "json").request("PutItem", {"TableName": "t", "Item": item}))

    assert front.calls == [("dynamodb", "PutItem", {"TableName": "t", "Item": item})]


def test_an_invocation_tells_of_itself_in_headers(front):
    wire = Wire("lambda", "rest-json")
    response = {
        "StatusCode": 200,
        "FunctionError": "Unhandled",
        "ExecutedVersion": "$LATEST",
        "LogResult": "bG9n",
        "Payload": b'{"a": 1}',
    }
    front.answer = Later.of(response)

    answer = Endpoint(front).answer(wire.request("Invoke", {"FunctionName": "f", "Payload": b"{}"})).result()

    assert answer.body == b'{"a": 1}'
    assert answer.headers["X-Amz-Function-Error"] == "Unhandled"
    assert answer.headers["X-Amz-Executed-Version"] == "$LATEST"
    assert answer.headers["X-Amz-Log-Result"] == "bG9n"
    assert wire.parsed("Invoke", answer) == response


def test_the_older_cbor_has_its_times_in_whole_milliseconds(front):
    """As the AWS SDK for Java sent it (floci, issue 2368): GetShardIterator's Timestamp of 1787036486712."""
    body = _shard_iterator("c11b000001a013accc38")
    headers = {"content-type": OLDER_CBOR, "x-amz-target": "Kinesis_20131202.GetShardIterator"}

    Endpoint(front).answer(Request("POST", "/", "", headers, body))

    ((_, _, params),) = front.calls
    assert params["Timestamp"].isoformat() == "2026-08-18T07:01:26.712000+00:00"


def _shard_iterator(timestamp: str) -> bytes:
    members = {"ShardId": "s", "ShardIteratorType": "AT_TIMESTAMP", "StreamName": "s"}
    body = bytes([0xA0 + len(members) + 1])
    for name, value in members.items():
        body += bytes([0x60 + len(name)]) + name.encode() + bytes([0x60 + len(value)]) + value.encode()
    return body + bytes([0x69]) + b"Timestamp" + bytes.fromhex(timestamp)

"""Requests that cannot be read, or lack something: the service's own words, in its own protocol."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.local.wire import cbor
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.messages import Request
from tests.local.wire.clients import OLDER_CBOR, Wire
from tests.local.wire.conftest import RecordingFront

_SCOPE = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
_FORM = "application/x-www-form-urlencoded"


def _targeted(target: str, body: bytes, content_type: str = "application/x-amz-json-1.1") -> Request:
    return Request("POST", "/", "", {"x-amz-target": target, "content-type": content_type}, body)


def _signed(service: str, method: str, path: str, body: bytes = b"", query: str = "", **headers: str) -> Request:
    return Request(method, path, query, {"authorization": _SCOPE.format(service), **headers}, body)


def _form(service: str, form: str, path: str = "/") -> Request:
    return _signed(service, "POST", path, form.encode(), **{"content-type": _FORM})


@pytest.fixture
def asked(front):
    """The status and the parsed body that a request is answered with; no room is to be asked."""

    def ask(request: Request) -> tuple[int, Any]:
        answer = Endpoint(front).answer(request).result()
        assert front.calls == []
        return answer.status, json.loads(answer.body)

    return ask


@pytest.mark.parametrize("body", [b"", b"{", b"null", b'"x"', b"1", b'{"Limit": 1,}', b"{} {}", b"\xff", b'{"A": NaN}'])
@pytest.mark.parametrize(
    ("target", "type_"),
    [
        ("AmazonAthena.ListWorkGroups", "SerializationException"),
        ("DynamoDB_20120810.ListTables", "com.amazon.coral.service#SerializationException"),
    ],
)
def test_a_body_that_is_no_json_gets_an_error_without_a_message(body, target, type_, asked):
    assert asked(_targeted(target, body)) == (400, {"__type": type_})


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        ("ListWorkGroups", [], "Start of list found where not expected"),
        ("ListWorkGroups", {"MaxResults": "1"}, "STRING_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"MaxResults": True}, "TRUE_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"MaxResults": [1]}, "Start of list found where not expected"),
        ("ListWorkGroups", {"MaxResults": {"a": 1}}, "Start of structure or map found where not expected."),
        ("ListWorkGroups", {"NextToken": 1}, "NUMBER_VALUE can not be converted to a String"),
        ("ListWorkGroups", {"NextToken": False}, "FALSE_VALUE can not be converted to a String"),
        ("StartQueryExecution", {"ExecutionParameters": [1]}, "NUMBER_VALUE can not be converted to a String"),
        ("StartQueryExecution", {"ExecutionParameters": "x"}, "Expected list or null"),
        ("StartQueryExecution", {"ResultConfiguration": "x"}, "Expected null"),
    ],
)
def test_a_value_of_another_type_is_refused_in_the_words_of_aws(operation, params, message, asked):
    """As Athena answered in September 2026."""
    status, body = asked(_targeted(f"AmazonAthena.{operation}", json.dumps(params).encode()))

    assert (status, body) == (400, {"__type": "SerializationException", "Message": message})


def test_what_is_unknown_or_null_is_as_good_as_absent_and_a_fraction_is_cut(front):
    body = b'{"MaxResults": 7.9, "NextToken": null, "Foo": {"a": 1}}'

    answer = Endpoint(front).answer(_targeted("AmazonAthena.ListWorkGroups", body)).result()

    assert answer.status == 200
    assert front.calls == [("athena", "ListWorkGroups", {"MaxResults": 7})]


@pytest.mark.parametrize(
    ("target", "params", "expected"),
    [
        (
            "AmazonAthena.GetQueryExecution",
            {},
            {
                "__type": "InvalidRequestException",
                "AthenaErrorCode": "INVALID_INPUT",
                "Message": "1 validation error detected: Value null at 'queryExecutionId' failed to satisfy "
                "constraint: Member must not be null",
            },
        ),
        (
            "DynamoDB_20120810.GetItem",
            {"TableName": "t"},
            {
                "__type": "com.amazon.coral.validate#ValidationException",
                "message": "1 validation error detected: Value null at 'key' failed to satisfy constraint: "
                "Member must not be null",
            },
        ),
        (
            "Kinesis_20131202.PutRecords",
            {"StreamName": "s", "Records": [{"PartitionKey": "k"}, {"PartitionKey": "k"}]},
            {
                "__type": "ValidationException",
                "message": "2 validation errors detected: Value null at 'records.1.member.data' failed to "
                "satisfy constraint: Member must not be null; Value null at 'records.2.member.data' failed to satisfy "
                "constraint: Member must not be null",
            },
        ),
        (
            "AWSEvents.DescribeRule",
            {"Name": ""},
            {
                "__type": "ValidationException",
                "message": "1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must "
                "have length greater than or equal to 1",
            },
        ),
    ],
)
def test_what_is_missing_or_too_short_is_named(target, params, expected, asked):
    status, body = asked(_targeted(target, json.dumps(params).encode()))

    assert (status, body) == (400, expected)


@pytest.mark.parametrize(
    ("operation", "params", "missing"),
    [
        ("SendMessage", {"QueueUrl": "u"}, "MessageBody"),
        ("SendMessageBatch", {"QueueUrl": "u", "Entries": [{"Id": "1"}]}, "SendMessageBatchRequestEntry.1.MessageBody"),
    ],
)
def test_sqs_names_a_missing_parameter(operation, params, missing, front):
    answer = Endpoint(front).answer(_targeted(f"AmazonSQS.{operation}", json.dumps(params).encode())).result()

    told = Wire("sqs", "json").parsed(operation, answer)["Error"]
    assert answer.status == 400
    assert told["Code"] == "MissingParameter"
    assert told["Message"] == f"The request must contain the parameter {missing}."


@pytest.mark.parametrize(
    ("target", "status", "type_"),
    [
        ("DynamoDB_20120810.Fly", 400, "com.amazon.coral.service#UnknownOperationException"),
        ("AWSEvents.Fly", 400, "UnknownOperationException"),
        ("AWSEvents.", 400, "UnknownOperationException"),
        ("Nobody_2020.PutItem", 400, "UnknownOperationException"),
        ("", 400, "UnknownOperationException"),
    ],
)
def test_an_operation_that_is_not_there_is_unknown(target, status, type_, asked):
    assert asked(_targeted(target, b"{}")) == (status, {"__type": type_})


def test_a_path_that_no_operation_has_is_unknown_to_a_rest_service(front):
    answer = Endpoint(front).answer(_signed("lambda", "PATCH", "/2015-03-31/functions/")).result()

    assert answer.status == 404
    assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"Role": 1}'])
def test_lambda_cannot_parse_a_body(body, front):
    answer = Endpoint(front).answer(_signed("lambda", "POST", "/2015-03-31/functions", body)).result()

    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestContentException"
    assert b"Could not parse request body into json" in answer.body


def test_a_number_in_a_url_is_a_number(front):
    answer = Endpoint(front).answer(_signed("scheduler", "GET", "/schedules", query="MaxResults=many")).result()

    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == "SerializationException"
    assert json.loads(answer.body) == {"message": "STRING_VALUE can not be converted to an Integer"}


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        ("Action=Fly&Version=2010-03-31", "InvalidAction", "Could not find operation Fly for version 2010-03-31"),
        ("", "MissingAction", "The request must contain the parameter Action."),
        ("Action=Publish&MessageAttributes=x", "MalformedInput", "a list takes numbered names, not a value"),
        ("Action=Publish&MessageAttributes.entry.x.Name=y", "MalformedInput", "a list takes numbers in its names"),
        (
            "Action=CreateTopic",
            "ValidationError",
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
        ),
    ],
)
def test_a_form_that_sns_cannot_do_gets_an_error_in_xml(form, code, message, front):
    answer = Endpoint(front).answer(_form("sns", form)).result()

    error = ET.fromstring(answer.body).find("{*}Error")  # noqa: S314 - the endpoint's own
    assert answer.status == 400
    assert error is not None
    assert [error.findtext(f"{{*}}{name}") for name in ("Type", "Code", "Message")] == ["Sender", code, message]


def test_members_of_the_query_protocol_come_in_the_order_of_their_numbers(front):
    form = "Action=SendMessageBatch&Version=2012-11-05&" + "&".join(
        f"SendMessageBatchRequestEntry.{n}.Id=i{n}&SendMessageBatchRequestEntry.{n}.MessageBody=b" for n in (10, 2, 1)
    )

    Endpoint(front).answer(
        Request("POST", "/123456789012/q", "", {"content-type": _FORM, "host": "h:1"}, form.encode())
    )

    (call,) = front.calls
    assert [entry["Id"] for entry in call[2]["Entries"]] == ["i1", "i2", "i10"]
    assert call[2]["QueueUrl"] == "http://h:1/123456789012/q"


@pytest.mark.parametrize(
    "body", [b"", b"\xa1", b"\xff", b"\x5f\x01\xff", b"\x9b" + b"\xff" * 8, b"\xc1\x61a", b"\x81" * 9999]
)
def test_a_body_that_is_no_cbor_gets_an_error_in_cbor(body, front):
    answer = Endpoint(front).answer(_targeted("Kinesis_20131202.ListStreams", body, OLDER_CBOR)).result()

    assert answer.status == 400
    assert answer.headers["Content-Type"] == OLDER_CBOR
    assert cbor.loads(answer.body) == {"__type": "SerializationException"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_VALUES)
def test_what_is_written_in_cbor_reads_the_same(value):
    assert cbor.loads(cbor.dumps(value)) == value


_TARGETS = ["AmazonSQS.SendMessage", "DynamoDB_20120810.PutItem", "Kinesis_20131202.PutRecord", "AWSEvents.PutEvents"]
_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "x-amz-target": st.sampled_from(_TARGETS) | st.text(max_size=20),
        "content-type": st.sampled_from([OLDER_CBOR, _FORM, "application/x-amz-json-1.0", "application/cbor"]),
        "authorization": st.sampled_from(["sqs", "sns", "lambda", "events", "nobody"]).map(_SCOPE.format) | st.text(),
        "smithy-protocol": st.just("rpc-v2-cbor"),
        "host": st.sampled_from(["localhost:4566", "sns.us-east-1.amazonaws.com", "sqs.localhost"])
        | st.text(max_size=9),
    },
)
_PATHS = st.sampled_from(
    ["/", "/1/q", "/2015-03-31/functions/f/invocations", "/service/AmazonSQS/operation/SendMessage"]
)
_BODIES = st.binary(max_size=40) | st.sampled_from([b"{}", b"Action=Publish", b"Action=SendMessage&Version=2012-11-05"])


class _FrontOfAllButMoto(RecordingFront):
    """moto is another matter: its services are not asked."""

    def owns(self, service: str) -> bool:
        return service != "s3"

    def raw(self, service: str, request: Request) -> Any:
        raise ConnectionError(service, request)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=_PATHS | st.text(max_size=12).map(lambda text: f"/{text}"),
    query=st.sampled_from(["", "Action=Publish"]) | st.text(max_size=12),
    headers=_HEADERS,
    body=_BODIES,
)
def test_whatever_comes_is_answered(method, path, query, headers, body):
    answer = Endpoint(_FrontOfAllButMoto()).answer(Request(method, path, query, headers, body))

    assert answer.done
    assert 200 <= answer.result().status < 600
    assert answer.result().headers

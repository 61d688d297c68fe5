"""Every operation of the plane, in every protocol of its service, both ways, against botocore's own half."""

from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer

from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.sqs.errors import no_such_queue
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.models import service_model
from tests.local.wire.clients import OLDER_CBOR, Wire
from tests.local.wire.values import TEXT, Values

_CBOR = "smithy-rpc-v2-cbor"


def _operations() -> list[tuple[str, str]]:
    plane = Plane()
    open_all(plane)
    table = sorted(plane.operations._table)  # noqa: SLF001 - the table itself is the subject
    plane.rooms["lambda"].close()
    return table


def _protocols(service: str) -> list[str]:
    """Those of the model, SQS' old one, and those that newer and older SDKs may speak to the JSON services."""
    metadata = service_model(service).metadata
    spoken = list(metadata.get("protocols", [metadata["protocol"]]))
    return [*spoken, _CBOR, OLDER_CBOR] if "json" in spoken else spoken


_OPERATIONS = _operations()
_WIRES = {
    (service, protocol): Wire(service, protocol) for service, _ in _OPERATIONS for protocol in _protocols(service)
}
_CASES = [
    pytest.param(wire, operation, id=f"{wire.service}-{operation}-{wire.protocol}")
    for (service, _), wire in _WIRES.items()
    for owner, operation in _OPERATIONS
    if owner == service
]
_STREAMED = "SubscribeToShard"


@pytest.mark.parametrize(("wire", "operation"), _CASES)
def test_an_operation_gets_the_parameters_that_its_caller_gave(wire, operation, front):
    shape = wire.operation(operation).input_shape
    params = {} if shape is None else Values().of(shape)

    answer = Endpoint(front).answer(wire.request(operation, params)).result()

    assert answer.status < 300, answer.body
    assert front.calls == [(wire.service, operation, params)]


@pytest.mark.parametrize(("wire", "operation"), [case for case in _CASES if _STREAMED not in str(case.id)])
def test_a_caller_gets_the_response_that_its_operation_gave(wire, operation, front):
    shape = wire.operation(operation).output_shape
    response = {} if shape is None else _answerable(shape)
    front.answer = Later.of({**response, "Seconds": 1.5, "NoMemberOfIt": "x"})
    params = Values().of(wire.operation(operation).input_shape) if wire.operation(operation).input_shape else {}

    answer = Endpoint(front).answer(wire.request(operation, params)).result()

    assert wire.parsed(operation, answer) == response


def _answerable(shape: Any) -> dict[str, Any]:
    """A response whose status is one of success."""
    response: dict[str, Any] = Values().of(shape)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "statusCode":
            response[name] = 202
    return response


def _errors() -> list[Any]:
    """Each service's errors."""
    cases = []
    for (service, _), wire in _WIRES.items():
        for shape in service_model(service).error_shapes:
            code = shape.metadata.get("error", {}).get("code", shape.name)
            cases.append(pytest.param(wire, code, shape, id=f"{service}-{code}-{wire.protocol}"))
    return cases


@pytest.mark.parametrize(("wire", "code", "shape"), _errors())
def test_a_caller_gets_the_error_that_its_operation_failed_with(wire, code, shape, front):
    members = {name: Values().of(one) for name, one in shape.members.items() if name.lower() not in {"message", "code"}}
    front.answer = Later.failed(AwsError(code, TEXT, status=409, **members))
    operation = next(name for owner, name in _OPERATIONS if owner == wire.service)

    answer = (
        Endpoint(front).answer(wire.request(operation, Values().of(wire.operation(operation).input_shape))).result()
    )

    found = wire.parsed(operation, answer)
    assert answer.status == 409
    assert found["Error"]["Code"] == code
    assert found["Error"]["Message"] == TEXT
    assert {name: found[name] for name in members} == members


@pytest.mark.parametrize("protocol", ["json", _CBOR, "query"])
def test_an_error_of_sqs_keeps_both_of_its_names(protocol, front):
    wire = _WIRES["sqs", protocol]
    front.answer = Later.failed(no_such_queue())

    answer = Endpoint(front).answer(wire.request("PurgeQueue", {"QueueUrl": "http://x/1/q"})).result()

    told = wire.parsed("PurgeQueue", answer)["Error"]
    assert told["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert told["Type"] == "Sender"
    if protocol != "query":
        assert told["QueryErrorCode"] == "QueueDoesNotExist"


@pytest.mark.parametrize("protocol", ["json", OLDER_CBOR])
def test_a_stream_of_events_begins_with_the_rest_of_the_response(protocol, front):
    wire = _WIRES["kinesis", protocol]
    event = {"Records": [], "ContinuationSequenceNumber": "7", "MillisBehindLatest": 0}
    front.answer = Later.of({"EventStream": [{"SubscribeToShardEvent": event}]})

    answer = (
        Endpoint(front).answer(wire.request(_STREAMED, Values().of(wire.operation(_STREAMED).input_shape))).result()
    )

    buffer = EventStreamBuffer()
    buffer.add_data(answer.body)
    messages = list(buffer)
    assert answer.headers["Content-Type"] == "application/vnd.amazon.eventstream"
    assert [message.headers[":event-type"] for message in messages] == ["initial-response", "SubscribeToShardEvent"]
    assert b"ContinuationSequenceNumber" in messages[1].payload

import base64
import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from bus.sdk import (
    ContractViolationError,
    EventBus,
    NotAnEventError,
    Received,
    UnknownEventError,
    UnreadableEventError,
    consumer,
)
from schemas.orders import OrderPaidV1, OrderPlacedV1

Json = dict[str, Any]
Arrived = Callable[..., Json]


class PaidBy(BaseModel):
    """What a consumer reads of a payment, when it reads one field."""

    source: ClassVar[str] = "omnibus.orders"
    detail_type: ClassVar[str] = "OrderPaid.v1"
    customer_id: str


def sqs(*bodies: str, queue: str = "queue") -> Json:
    arn = f"arn:aws:sqs:us-east-1:123456789012:{queue}"
    return {
        "Records": [
            {"messageId": f"m{n}", "body": body, "eventSource": "aws:sqs", "eventSourceARN": arn}
            for n, body in enumerate(bodies, 1)
        ]
    }


def notification(event: Json) -> str:
    return json.dumps({"Type": "Notification", "TopicArn": "arn", "Message": json.dumps(event)})


def sns(event: Json) -> Json:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "1", "Message": json.dumps(event)}}]}


def kinesis(*data: str) -> Json:
    return {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "kinesis": {"sequenceNumber": f"s{n}", "data": base64.b64encode(one.encode()).decode()},
            }
            for n, one in enumerate(data, 1)
        ]
    }


@pytest.fixture
def seen() -> list[Received[Any]]:
    return []


@pytest.fixture
def handler(seen: list[Received[Any]]) -> Any:
    return consumer(OrderPlacedV1, OrderPaidV1, idempotent=False)(seen.append)


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda event: event, id="from EventBridge"),
        pytest.param(lambda event: sqs(json.dumps(event)), id="in SQS, as raw delivery has it too"),
        pytest.param(lambda event: sqs(notification(event)), id="in SNS in SQS"),
        pytest.param(lambda event: kinesis(json.dumps(event)), id="in Kinesis"),
        pytest.param(sns, id="from SNS"),
    ],
)
def test_an_event_is_the_same_in_every_shape(
    wrap: Callable[[Json], Json], arrived: Arrived, handler: Any, seen: list[Any], paid: Callable[[], OrderPaidV1]
):
    handler(wrap(arrived(event_id="one")), None)

    (received,) = seen
    assert received.data == paid()
    assert (received.source, received.detail_type) == ("omnibus.orders", "OrderPaid.v1")
    assert (received.metadata.event_id, received.metadata.sequence) == ("one", 2)
    assert received.metadata.occurred_at.tzinfo is not None


def test_in_a_queue_a_bad_event_fails_alone(arrived: Arrived, handler: Any, seen: list[Any]):
    good, bad = json.dumps(arrived()), json.dumps(arrived(data={"amount": {"amount": "4", "currency": "USD"}}))

    response = handler(sqs(good, bad, "no json", good), None)

    assert response == {"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m3"}]}
    assert len(seen) == 2


def test_in_a_stream_a_bad_event_is_named_by_its_sequence_number(arrived: Arrived, handler: Any):
    response = handler(kinesis(json.dumps(arrived()), "{}"), None)

    assert response == {"batchItemFailures": [{"itemIdentifier": "s2"}]}


def test_in_a_fifo_queue_nothing_is_handled_after_a_failure(arrived: Arrived, handler: Any, seen: list[Any]):
    good = json.dumps(arrived())

    response = handler(sqs(good, "no json", good, queue="queue.fifo"), None)

    assert response == {"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m3"}]}
    assert len(seen) == 1


def test_a_batch_without_failures_says_so(arrived: Arrived, handler: Any):
    assert handler(sqs(json.dumps(arrived())), None) == {"batchItemFailures": []}


def test_straight_from_eventbridge_a_bad_event_fails_the_invocation(arrived: Arrived, handler: Any):
    event = arrived(data={"customer_id": 7, "paid_at": "secret"})

    with pytest.raises(ContractViolationError) as raised:
        handler(event, None)

    assert {fault.path for fault in raised.value.faults} == {"data.customer_id", "data.paid_at"}
    assert raised.value.event_id == event["detail"]["metadata"]["event_id"]
    assert "secret" not in str(raised.value)


def test_a_field_that_the_model_does_not_know_is_passed_over_at_any_depth(
    arrived: Arrived, handler: Any, seen: list[Any]
):
    handler(arrived(data={"new": 1, "amount": {"amount": 456, "currency": "USD", "new": 1}}), None)

    assert seen[0].data.amount.amount == 456


def test_a_narrow_model_reads_what_it_names_and_nothing_else(arrived: Arrived, seen: list[Any]):
    handler = consumer(PaidBy, idempotent=False)(seen.append)

    handler(arrived(data={"amount": "broken"}), None)

    assert seen[0].data == PaidBy(customer_id="1228")


def test_an_event_that_is_not_declared_is_unknown(arrived: Arrived, seen: list[Any]):
    handler = consumer(OrderPlacedV1, idempotent=False)(seen.append)

    with pytest.raises(UnknownEventError, match=r"'OrderPaid.v1' from 'omnibus.orders' .* is none of OrderPlaced.v1"):
        handler(arrived(), None)


@pytest.mark.parametrize(
    ("metadata", "path"),
    [
        ({"event_id": None}, "metadata.event_id"),
        ({"sequence": "3"}, "metadata.sequence"),
        ({"occurred_at": "yesterday"}, "metadata.occurred_at"),
    ],
)
def test_metadata_is_checked_as_well(arrived: Arrived, handler: Any, metadata: Json, path: str):
    with pytest.raises(ContractViolationError) as raised:
        handler(arrived(metadata=metadata), None)

    assert [fault.path for fault in raised.value.faults] == [path]


@pytest.mark.parametrize("event", [{}, {"Records": [{"eventSource": "aws:s3"}]}])
def test_what_holds_no_event_is_unreadable(handler: Any, event: Json):
    with pytest.raises(UnreadableEventError):
        handler(event, None)


def test_a_model_that_does_not_say_which_event_it_is_cannot_be_consumed():
    with pytest.raises(NotAnEventError, match="source and detail_type"):
        consumer(BaseModel)(lambda _: None)


def test_what_a_handler_publishes_continues_the_story(
    arrived: Arrived, bus: EventBus, events: Any, paid: Callable[[], OrderPaidV1]
):
    handler = consumer(OrderPaidV1, idempotent=False)(lambda _: bus.publish(paid(), subject="order-2"))

    handler(arrived(event_id="one", metadata={"correlation_id": "story"}), None)

    metadata = json.loads(events.calls[0][0]["Detail"])["metadata"]
    assert (metadata["correlation_id"], metadata["causation_id"]) == ("story", "one")


def test_a_handler_keeps_its_name():
    @consumer(OrderPaidV1, idempotent=False)
    def on_order_paid(event: Received[OrderPaidV1]) -> None:
        """Does nothing."""

    assert (on_order_paid.__name__, on_order_paid.__doc__) == ("on_order_paid", "Does nothing.")


def test_a_handler_says_which_events_it_handles(handler: Any):
    assert handler.detail_types == ("OrderPlaced.v1", "OrderPaid.v1")

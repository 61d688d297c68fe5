"""Topics whose deliveries fail or stray: FIFO topics keep their order, standard topics need not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bus.local.anomalies import Anomalies
from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom


class FlakyQueues(SqsRoom):
    """Queues of which some fail for a while, as SQS does when it is unavailable."""

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self.failures: dict[str, int] = {}

    @operation("SendMessage")
    def send_message(self, params: Params) -> Response:
        name = params["QueueUrl"].rpartition("/")[2]
        if self.failures.get(name, 0):
            self.failures[name] -= 1
            raise AwsError("InternalFailure", "try again", status=500)
        return super().send_message(params)


class RecordingFirehose:
    """Takes records; refuses the first as a stream that throttles does."""

    service = "firehose"

    def __init__(self, _: Plane) -> None:
        self.records: list[Mapping[str, Any]] = []
        self.refusals = 1

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        if self.refusals:
            self.refusals -= 1
            raise AwsError("ServiceUnavailableException", "Slow down.", status=503)
        self.records.append(params)
        return {"RecordId": "1"}


@pytest.fixture
def plane(plane_with: Callable[..., Plane]):
    return plane_with(FlakyQueues, SnsRoom, RecordingFirehose)


def fifo_topic(plane: Plane, *queues: str):
    topic = plane.call("sns", "CreateTopic", Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    for name in queues:
        plane.call("sqs", "CreateQueue", QueueName=name, Attributes={"FifoQueue": "true"})
        subscribe(plane, topic, name)
    return topic


def subscribe(plane: Plane, topic: str, name: str):
    endpoint = {"Protocol": "sqs", "Endpoint": plane.arn("sqs", name)}
    raw = {"RawMessageDelivery": "true"}
    return plane.call("sns", "Subscribe", TopicArn=topic, **endpoint, Attributes=raw)["SubscriptionArn"]


def publish(plane: Plane, topic: str, message: str, group: str = "g"):
    ids = {"MessageGroupId": group, "MessageDeduplicationId": f"{group}-{message}"}
    plane.call("sns", "Publish", TopicArn=topic, Message=message, **ids)


def bodies(plane: Plane, name: str):
    url = plane.call("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"]
    found = []
    while messages := plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
        for message in messages:
            plane.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_what_follows_in_a_group_waits_while_one_delivery_is_tried_again(plane: Plane):
    topic = fifo_topic(plane, "slow.fifo", "quick.fifo")
    plane.rooms["sqs"].failures["slow.fifo"] = 5

    for message in ("1", "2", "3"):
        with plane.ledger.following(f"event-{message}"):
            publish(plane, topic, message)
    plane.engine.run_to(plane.clock.time() + 0.5)
    assert (bodies(plane, "quick.fifo"), bodies(plane, "slow.fifo")) == (["1", "2", "3"], [])
    [first] = plane.rooms["sns"].whereabouts("event-1")
    [second] = plane.rooms["sns"].whereabouts("event-2")
    plane.engine.run_until_idle()

    assert (first.state, first.until) == ("waiting to retry", plane.clock.time() - 1)
    assert (second.state, second.until) == ("queued", None)
    assert bodies(plane, "slow.fifo") == ["1", "2", "3"]
    assert [hop.attempt for hop in plane.ledger.of("event-1") if hop.outcome == "retry"] == [1, 2, 3, 4, 5]


def test_other_groups_go_ahead_meanwhile(plane: Plane):
    topic = fifo_topic(plane, "slow.fifo")
    plane.rooms["sqs"].failures["slow.fifo"] = 4

    publish(plane, topic, "1")
    plane.engine.run_to(plane.clock.time() + 0.5)
    publish(plane, topic, "2")
    publish(plane, topic, "other", "h")
    plane.engine.run_until_idle()

    assert bodies(plane, "slow.fifo") == ["other", "1", "2"]


def test_a_fifo_topic_never_strays(plane_with: Callable[..., Plane], monkeypatch: pytest.MonkeyPatch):
    plane = plane_with(SqsRoom, SnsRoom)
    topic = fifo_topic(plane, "q.fifo")
    monkeypatch.setattr(plane, "anomalies", Anomalies(twice=1.0, late=1.0))

    for number in range(20):
        publish(plane, topic, str(number))
    plane.engine.run_until_idle()

    assert bodies(plane, "q.fifo") == [str(number) for number in range(20)]


def test_a_standard_topic_may_deliver_twice_and_out_of_order(
    plane_with: Callable[..., Plane], monkeypatch: pytest.MonkeyPatch
):
    plane = plane_with(SqsRoom, SnsRoom)
    topic = plane.call("sns", "CreateTopic", Name="t")["TopicArn"]
    plane.call("sqs", "CreateQueue", QueueName="q")
    subscribe(plane, topic, "q")
    monkeypatch.setattr(plane, "anomalies", Anomalies(twice=0.5, late=0.5))

    for number in range(20):
        plane.call("sns", "Publish", TopicArn=topic, Message=f"{number:02}")
    plane.engine.run_until_idle()
    monkeypatch.setattr(plane, "anomalies", Anomalies())
    found = bodies(plane, "q")

    assert len(found) > 20
    assert sorted(set(found)) == [f"{number:02}" for number in range(20)]
    assert found != sorted(found)


def test_a_dead_letter_lets_the_next_of_its_group_through(plane: Plane):
    topic = fifo_topic(plane, "q.fifo")
    long = {"Attributes": {"MaximumMessageSize": "1024"}}
    plane.call("sqs", "SetQueueAttributes", QueueUrl=plane.rooms["sqs"].queues.at("q.fifo").url, **long)

    for number, message in enumerate(("x" * 2000, "next")):
        ids = {"MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        plane.call("sns", "Publish", TopicArn=topic, Message=message, **ids)
    plane.engine.run_until_idle()

    assert [hop.outcome for hop in plane.ledger.find("sns", "deliver")] == ["lost", "ok"]
    assert bodies(plane, "q.fifo") == ["next"]


@pytest.mark.parametrize(("raw", "data"), [("true", b"hello"), ("false", None)])
def test_firehose_gets_records_by_the_policy_of_customers_when_it_throttles(plane: Plane, raw: str, data: bytes | None):
    topic = plane.call("sns", "CreateTopic", Name="t")["TopicArn"]
    attributes = {"SubscriptionRoleArn": "arn:aws:iam::123456789012:role/sns", "RawMessageDelivery": raw}
    endpoint = {"Protocol": "firehose", "Endpoint": plane.arn("firehose", "deliverystream/lake")}
    plane.call("sns", "Subscribe", TopicArn=topic, **endpoint, Attributes=attributes)
    start = plane.clock.time()

    plane.call("sns", "Publish", TopicArn=topic, Message="hello")
    plane.engine.run_until_idle()

    [record] = plane.rooms["firehose"].records
    assert record["DeliveryStreamName"] == "lake"
    assert data is None or record["Record"] == {"Data": data}
    assert data is not None or record["Record"]["Data"].endswith(b"}\n")
    assert [hop.at - start for hop in plane.ledger.find("sns", "deliver")] == [0, 10]

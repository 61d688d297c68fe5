"""What tests look at: queues without receiving, tables as Python has them, what left, the way of one event."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bus.local.errors import PlaneError
from bus.local.platform import LocalPlatform

TEMPLATE = """
Resources:
  Letters:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 60}
  Books:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: isbn, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: isbn, AttributeType: S}]
  Bus:
    Type: AWS::Events::EventBus
    Properties: {Name: library}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [library]}
      Targets: [{Id: letters, Arn: !GetAtt Letters.Arn}]
"""
DETAIL = {"metadata": {"event_id": "event-1", "correlation_id": "loan-1"}, "data": {}}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "library").mkdir()
    path = tmp_path / "library" / "template.yaml"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture
def platform(template: Path) -> Iterator[LocalPlatform]:
    with LocalPlatform.from_templates(template) as running:
        yield running


def test_looking_at_a_queue_receives_nothing(platform):
    sqs, url = platform.client("sqs"), platform.find("Letters")
    sqs.send_message(QueueUrl=url, MessageBody='{"to": "ada"}')
    sqs.send_message(QueueUrl=url, MessageBody='{"to": "bob"}', DelaySeconds=30)

    for _ in range(2):
        assert platform.queue("Letters").documents() == [{"to": "ada"}, {"to": "bob"}]
    assert platform.queue("Letters").receive_counts() == [0, 0]

    sqs.receive_message(QueueUrl=url)
    assert platform.queue("Letters").receive_counts() == [1, 0]
    assert list(platform.queue("Letters")) == platform.queue("Letters").bodies()
    assert len(platform.queue("Letters")) == 2


def test_a_tables_items_are_as_python_has_them(platform):
    dynamodb, name = platform.client("dynamodb"), platform.find("Books")
    for isbn, pages in (("1", "300"), ("2", "12")):
        dynamodb.put_item(TableName=name, Item={"isbn": {"S": isbn}, "pages": {"N": pages}, "tags": {"SS": ["a"]}})

    assert platform.table("Books").find(isbn="1") == [{"isbn": "1", "pages": Decimal(300), "tags": {"a"}}]
    assert len(platform.table("Books")) == 2


def test_what_left_is_kept_by_channel(platform):
    platform.client("sns").publish(PhoneNumber="+15550000900", Message="due")
    platform.run_until_idle()

    assert [text.body for text in platform.sent("sms")] == ["due"]
    assert platform.sent("email") == platform.sent("http") == []
    with pytest.raises(PlaneError, match="no channel 'pigeon'; there are: email, sms, http"):
        platform.sent("pigeon")


def test_a_trace_has_every_hop_of_an_event_and_where_it_is_now(platform):
    platform.publish("library", "library", "BookLent", DETAIL)
    platform.run_until_idle()

    trace = platform.trace("event-1")

    assert [(hop.service, hop.action) for hop in trace.hops] == [
        ("events", "PutEvents"),
        ("events", "match"),
        ("sqs", "SendMessage"),
        ("events", "deliver"),
    ]
    [place] = trace.now
    assert (place.service, place.state) == ("sqs", "visible")
    assert place.resource.endswith(platform.find("Letters").rpartition("/")[2])
    assert platform.trace("loan-1").hops == trace.hops
    assert "now: visible until 2026-01-05T00:00:00.000Z in sqs" in str(trace)


def test_an_event_that_is_through_is_nowhere(platform):
    platform.publish("library", "library", "BookLent", DETAIL)
    platform.run_until_idle()
    sqs, url = platform.client("sqs"), platform.find("Letters")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    [in_flight] = platform.trace("event-1").now
    assert (in_flight.state, in_flight.until) == ("in flight", platform.plane.clock.time() + 60)

    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    assert platform.trace("event-1").now == []
    assert str(platform.trace("event-1")).endswith("now: nowhere on its way")


def test_a_changed_template_changes_the_running_platform_and_nothing_in_it_is_lost(platform, template):
    platform.publish("library", "library", "BookLent", DETAIL)
    platform.run_until_idle()
    url = platform.find("Letters")

    template.write_text(
        TEMPLATE.replace("VisibilityTimeout: 60", "VisibilityTimeout: 5").replace("[library]", "[museum]")
    )
    platform.deploy(template)

    assert platform.find("Letters") == url
    platform.publish("library", "library", "BookLent", DETAIL)
    platform.publish("library", "museum", "BookShown", DETAIL)
    platform.run_until_idle()
    assert [letter["detail-type"] for letter in platform.queue("Letters").documents()] == ["BookLent", "BookShown"]
    sqs = platform.client("sqs")
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2
    platform.advance(timedelta(seconds=6))
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2


def test_a_deleted_stack_leaves_nothing(platform):
    platform.delete("library")

    assert platform.client("sqs").list_queues().get("QueueUrls", []) == []
    assert platform.client("dynamodb").list_tables()["TableNames"] == []
    assert [bus["Name"] for bus in platform.client("events").list_event_buses()["EventBuses"]] == ["default"]

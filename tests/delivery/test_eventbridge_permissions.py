"""Who may put events onto a bus (user guide, "Permissions for event buses in Amazon EventBridge")."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.rules import SOURCE, Rule, entry, put

OTHER = "111122223333"


def deny(aws: Aws, bus: str, condition: dict[str, Any]) -> None:
    """Deny everyone, on a condition."""
    events = aws.client("events")
    statement = {
        "Sid": "deny",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": events.describe_event_bus(Name=bus)["Arn"],
        "Condition": condition,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    events.put_permission(EventBusName=bus, Policy=json.dumps(document))


def test_a_policy_that_denies_a_source_refuses_its_entries_alone(aws: Aws):
    """User guide, "Use IAM policy conditions": events:source."""
    rule = Rule(aws, {"detail-type": ["OrderPlaced"]})
    queue = rule.queue()
    deny(aws, rule.bus, {"StringEquals": {"events:source": SOURCE}})

    answer = put(aws, entry(rule.bus), entry(rule.bus, Source="case.payments"))

    refused, accepted = answer["Entries"]
    assert refused["ErrorCode"] == "NotAuthorizedForSourceException"
    assert [event["id"] for event in queue.documents()] == [accepted["EventId"]]


def test_a_policy_may_deny_a_detail_type(aws: Aws):
    """API reference, PutEventsResultEntry: NotAuthorizedForDetailTypeException."""
    rule = Rule(aws)
    deny(aws, rule.bus, {"StringLike": {"events:detail-type": "Order*"}})

    assert rule.put()["ErrorCode"] == "NotAuthorizedForDetailTypeException"
    assert "EventId" in rule.put(DetailType="Paid")


def test_a_bus_may_deny_what_another_buss_rule_sends(aws: Aws):
    """User guide, "Permissions for event buses": events from a specific rule, by aws:SourceArn."""
    sender, receiver, letters = Rule(aws), Rule(aws), aws.queue()
    queue = receiver.queue()
    deny(aws, receiver.bus, {"ArnEquals": {"aws:SourceArn": sender.arn}})
    arn = aws.client("events").describe_event_bus(Name=receiver.bus)["Arn"]
    sender.target(arn, RoleArn=aws.role(), DeadLetterConfig={"Arn": letters.arn})

    sender.put()

    (letter,) = letters.drain()
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert queue.bodies() == []
    assert "EventId" in receiver.put()


def test_another_account_is_allowed_by_a_statement_that_names_it(aws: Aws):
    """API reference, PutPermission: one statement for each account, and RemovePermission by its id."""
    events, bus = aws.client("events"), aws.bus()

    events.put_permission(EventBusName=bus, Action="events:PutEvents", Principal=OTHER, StatementId="one")

    described = events.describe_event_bus(Name=bus)
    (statement,) = json.loads(described["Policy"])["Statement"]
    assert statement == {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
        "Action": "events:PutEvents",
        "Resource": described["Arn"],
    }
    events.remove_permission(EventBusName=bus, StatementId="one")
    assert "Policy" not in events.describe_event_bus(Name=bus)


def test_a_statement_that_is_not_there_cannot_be_removed(aws: Aws):
    """API reference, RemovePermission: ResourceNotFoundException."""
    events, bus = aws.client("events"), aws.bus()
    events.put_permission(EventBusName=bus, Action="events:PutEvents", Principal="*", StatementId="all")

    with pytest.raises(ClientError, match="Statement with the provided id does not exist"):
        events.remove_permission(EventBusName=bus, StatementId="other")

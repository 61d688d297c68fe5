"""Events from bus to bus, and who may put them."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.events import EventsRoom
from bus.local.plane import Plane
from bus.local.sqs import SqsRoom

EVERYTHING = '{"source": [{"exists": true}]}'
ROLE = "arn:aws:iam::123456789012:role/forward"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(EventsRoom, SqsRoom)


@pytest.fixture
def events(plane: Plane) -> Any:
    boto3.client("sqs").create_queue(QueueName="dead")
    client = boto3.client("events", region_name=plane.region)
    for name in ("first", "second", "third"):
        client.create_event_bus(Name=name)
    return client


def bus_arn(name: str) -> str:
    return f"arn:aws:events:us-east-1:123456789012:event-bus/{name}"


def forward(events: Any, start: str, end: str, **more: Any) -> str:
    rule = events.put_rule(Name=f"to-{end}", EventBusName=start, EventPattern=EVERYTHING)["RuleArn"]
    dead = {"DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"}}
    target = {"Id": "bus", "Arn": bus_arn(end), **dead, **more}
    events.put_targets(Rule=f"to-{end}", EventBusName=start, Targets=[target])
    return str(rule)


def put(plane: Plane, bus: str = "first", source: str = "omnibus.orders", detail_type: str = "T") -> dict[str, str]:
    entry = {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": "{}"}
    (result,) = plane.call("events", "PutEvents", Entries=[entry])["Entries"]
    plane.engine.run_until_idle()
    return dict(result)


def dead_codes() -> list[str]:
    answer = boto3.client("sqs").receive_message(
        QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/dead", MessageAttributeNames=["All"]
    )
    return [message["MessageAttributes"]["ERROR_CODE"]["StringValue"] for message in answer.get("Messages", ())]


def allow(events: Any, bus: str, *statements: dict[str, Any]) -> None:
    about = {"Principal": "*", "Action": "events:PutEvents", "Resource": bus_arn(bus)}
    document = {"Version": "2012-10-17", "Statement": [{**about, **each} for each in statements]}
    events.put_permission(EventBusName=bus, Policy=json.dumps(document))


def test_an_event_goes_on_to_a_second_bus_and_never_to_a_third(plane: Plane, events: Any):
    forward(events, "first", "second")
    forward(events, "second", "third")
    events.put_rule(Name="all", EventBusName="third", EventPattern=EVERYTHING)

    put(plane)

    matched = [hop.resource.rpartition("rule/")[2] for hop in plane.ledger.find("events", "match")]
    assert matched == ["first/to-second", "second/to-third"]
    assert dead_codes() == ["THIRD_ACCOUNT_HOP_DETECTED"]


def test_a_target_bus_that_is_gone_is_no_resource(plane: Plane, events: Any):
    forward(events, "first", "second")
    events.delete_event_bus(Name="second")

    put(plane)

    assert dead_codes() == ["NO_RESOURCE"]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (
            {"ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/first/to-second"}},
            ["NO_PERMISSIONS"],
        ),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/first/other"}}, []),
        ({"Bool": {"events:eventBusInvocation": "true"}}, ["NO_PERMISSIONS"]),
        ({"StringEquals": {"events:source": "omnibus.payments"}}, []),
    ],
)
def test_the_receiving_bus_may_deny_what_a_rule_sends(
    plane: Plane, events: Any, condition: dict[str, Any], codes: list[str]
):
    forward(events, "first", "second")
    allow(events, "second", {"Effect": "Deny", "Condition": condition})

    put(plane)

    assert dead_codes() == codes


def test_a_rule_calls_with_its_targets_role(plane: Plane, events: Any):
    forward(events, "first", "second", RoleArn=ROLE)
    allow(events, "second", {"Effect": "Deny", "Principal": {"AWS": ROLE}})

    put(plane)

    assert dead_codes() == ["NO_PERMISSIONS"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"StringEquals": {"events:source": "omnibus.orders"}}, "NotAuthorizedForSourceException"),
        ({"StringLike": {"events:detail-type": "T*"}}, "NotAuthorizedForDetailTypeException"),
        ({"Bool": {"events:eventBusInvocation": "false"}}, "AccessDeniedException"),
        ({"StringNotLike": {"events:source": "omnibus.*"}}, None),
    ],
)
def test_a_policy_may_deny_an_entry_and_leaves_its_neighbours(
    plane: Plane, events: Any, condition: dict[str, Any], code: str | None
):
    allow(events, "first", {"Effect": "Deny", "Condition": condition})
    refused = {"EventBusName": "first", "Source": "omnibus.orders", "DetailType": "T", "Detail": "{}"}

    answer = plane.call("events", "PutEvents", Entries=[refused, {**refused, "EventBusName": "second"}])

    assert answer["Entries"][0].get("ErrorCode") == code
    assert "EventId" in answer["Entries"][1]
    assert answer["FailedEntryCount"] == (code is not None)


def test_the_accounts_own_callers_need_no_policy_that_allows_them(plane: Plane, events: Any):
    allow(events, "first", {"Effect": "Allow", "Principal": {"AWS": "111122223333"}})

    assert "EventId" in put(plane)


def test_permissions_are_put_and_removed_statement_by_statement(events: Any):
    def sids() -> list[str]:
        policy = events.describe_event_bus(Name="first").get("Policy")
        return [] if policy is None else [each["Sid"] for each in json.loads(policy)["Statement"]]

    put = {"EventBusName": "first", "Action": "events:PutEvents"}
    organisation = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"}
    events.put_permission(**put, Principal="111122223333", StatementId="one")
    events.put_permission(**put, Principal="*", StatementId="all", Condition=organisation)
    assert sids() == ["one", "all"]

    events.put_permission(**put, Principal="444455556666", StatementId="one")
    assert sids() == ["all", "one"]
    events.remove_permission(EventBusName="first", StatementId="all")
    assert sids() == ["one"]
    with pytest.raises(ClientError, match="Statement with the provided id does not exist"):
        events.remove_permission(EventBusName="first", StatementId="all")
    events.remove_permission(EventBusName="first", RemoveAllPermissions=True)
    assert sids() == []
    with pytest.raises(ClientError, match="EventBus does not have a policy"):
        events.remove_permission(EventBusName="first", StatementId="one")


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"Policy": "{"}, "ValidationException", "This policy contains invalid Json"),
        ({"Policy": "[]"}, "ValidationException", "This policy contains invalid Json"),
        ({"Principal": "*", "StatementId": "s"}, "ValidationException", "Parameter Action must be specified"),
        ({"Principal": "*", "StatementId": "s", "Action": "events:PutRule"}, "ValidationException", "is not supported"),
        (
            {
                "Principal": "111122223333",
                "StatementId": "s",
                "Action": "events:PutEvents",
                "Condition": {"Type": "StringEquals", "Key": "k", "Value": "v"},
            },
            "ValidationException",
            "must be '\\*' when the parameter 'condition' is set",
        ),
        (
            {"Principal": "me", "StatementId": "s", "Action": "events:PutEvents"},
            "ValidationException",
            "regular expression",
        ),
        ({"Policy": json.dumps({"Statement": [], "Id": "x" * 10_241})}, "PolicyLengthExceededException", "10240"),
    ],
)
def test_what_is_no_permission_is_refused(events: Any, given: dict[str, Any], code: str, message: str):
    with pytest.raises(ClientError, match=message) as refused:
        events.put_permission(**given)

    assert refused.value.response["Error"]["Code"] == code

"""Cases from the IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators"."""

from typing import Any

import pytest

from bus.local.errors import UnsupportedOperationError
from bus.local.policies import Caller, Effect, MalformedPolicyError, Policy, Request

OURS, THEIRS = "123456789012", "210987654321"
BUS = f"arn:aws:events:us-east-1:{OURS}:event-bus/orders"
ROLE = f"arn:aws:iam::{OURS}:role/publisher"


def statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": BUS, **more}


def policy(*statements: dict[str, Any]) -> Policy:
    return Policy({"Version": "2012-10-17", "Statement": list(statements)})


def request(caller: Caller | None = None, **context: Any) -> Request:
    named = {name.replace("__", ":"): value for name, value in context.items()}
    return Request(caller or Caller.root(OURS), "events:PutEvents", BUS, named)


def effect(given: dict[str, Any], asked: Request | None = None) -> Effect:
    return policy(given).decide(asked or request()).effect


def test_an_explicit_deny_outweighs_every_allow():
    verdict = policy(statement(), statement(Sid="No", Effect="Deny"), statement()).decide(request())

    assert verdict.effect is Effect.DENY
    assert verdict.statement is not None
    assert verdict.statement.sid == "No"


def test_what_no_statement_is_about_is_denied_from_outside_and_left_to_identity_policies_within_the_account():
    silent = policy(statement(Action="events:PutRule"))
    within, outside = request(), request(Caller.root(THEIRS))
    service = request(Caller(OURS, service="events.amazonaws.com"))

    assert silent.decide(within).effect is Effect.SILENT
    assert silent.decide(within).permits(within, OURS)
    assert not silent.decide(outside).permits(outside, OURS)
    assert not silent.decide(service).permits(service, OURS)


@pytest.mark.parametrize(
    ("principal", "caller", "known"),
    [
        ("*", Caller.root(THEIRS), True),
        ({"AWS": "*"}, Caller.root(THEIRS), True),
        ({"AWS": THEIRS}, Caller.root(THEIRS), True),
        ({"AWS": f"arn:aws:iam::{THEIRS}:root"}, Caller(THEIRS, ("arn:aws:iam::210987654321:role/any",)), True),
        ({"AWS": [THEIRS, ROLE]}, Caller(OURS, (ROLE,)), True),
        ({"AWS": ROLE}, Caller.root(OURS), False),
        ({"AWS": OURS}, Caller.root(THEIRS), False),
        ({"AWS": OURS}, Caller(OURS, service="events.amazonaws.com"), False),
        ({"Service": "events.amazonaws.com"}, Caller(OURS, service="events.amazonaws.com"), True),
        ({"Service": ["sns.amazonaws.com"]}, Caller(OURS, service="events.amazonaws.com"), False),
    ],
)
def test_a_principal_is_an_account_all_of_it_or_one_identity(principal: Any, caller: Caller, known: bool):  # noqa: FBT001 - a case's expectation
    assert (effect(statement(Principal=principal), request(caller)) is Effect.ALLOW) is known


@pytest.mark.parametrize(
    ("element", "fits"),
    [
        ({"Action": "events:*"}, True),
        ({"Action": "*"}, True),
        ({"Action": "EVENTS:putevents"}, True),
        ({"Action": ["sqs:*", "events:Put?vents"]}, True),
        ({"Action": "events:PutRule"}, False),
        ({"Resource": "*"}, True),
        ({"Resource": BUS.replace("orders", "*")}, True),
        ({"Resource": [BUS.upper()]}, False),
    ],
)
def test_actions_and_resources_have_wildcards_and_actions_no_case(element: dict[str, Any], fits: bool):  # noqa: FBT001 - as above
    assert (effect(statement(**element)) is Effect.ALLOW) is fits


def test_negated_elements_are_about_all_but_what_they_name():
    others = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "NotAction": "sqs:*", "NotResource": "arn:aws:sqs:*"}

    assert effect(others, request(Caller(OURS, (ROLE,)))) is Effect.SILENT
    assert effect(others) is Effect.DENY


SOURCE, TYPES = {"events__source": "omnibus.orders"}, {"aws__Tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"events:source": "omnibus.orders"}}, SOURCE, True),
        ({"StringEquals": {"EVENTS:Source": ["other", "omnibus.orders"]}}, SOURCE, True),
        ({"StringEquals": {"events:source": "omnibus.*"}}, SOURCE, False),
        ({"StringEquals": {"events:source": "omnibus.orders"}}, {}, False),
        ({"StringEqualsIfExists": {"events:source": "omnibus.orders"}}, {}, True),
        ({"StringEqualsIgnoreCase": {"events:source": "OMNIBUS.orders"}}, SOURCE, True),
        ({"StringNotEquals": {"events:source": "other"}}, SOURCE, True),
        ({"StringNotEquals": {"events:source": ["other", "omnibus.orders"]}}, SOURCE, False),
        ({"StringNotEquals": {"events:source": "other"}}, {}, True),
        ({"StringNotEqualsIgnoreCase": {"events:source": "OMNIBUS.ORDERS"}}, SOURCE, False),
        ({"StringLike": {"events:source": "omnibus.*"}}, SOURCE, True),
        ({"StringNotLike": {"events:source": "omnibus.*"}}, SOURCE, False),
        (
            {"ArnEquals": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}},
            {"aws__SourceArn": "arn:aws:events:a:1:rule/b"},
            True,
        ),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:*:rule/b"}}, {"aws__SourceArn": "arn:aws:events:a:1:rule/b"}, False),
        ({"ArnLike": {"aws:SourceArn": "*"}}, {"aws__SourceArn": "arn:aws:events:a:1:rule/b"}, True),
        (
            {"ArnNotLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}},
            {"aws__SourceArn": "arn:aws:events:a:1:rule/b"},
            False,
        ),
        ({"Bool": {"events:eventBusInvocation": True}}, {"events__eventBusInvocation": "true"}, True),
        ({"Bool": {"events:eventBusInvocation": "false"}}, {"events__eventBusInvocation": "true"}, False),
        ({"Null": {"events:source": False}}, SOURCE, True),
        ({"Null": {"events:source": "true"}}, SOURCE, False),
        ({"Null": {"events:source": "true"}}, {}, True),
        ({"NumericLessThan": {"sns:Level": 10}}, {"sns__Level": "9"}, True),
        ({"NumericGreaterThanEquals": {"sns:Level": "10"}}, {"sns__Level": "9"}, False),
        ({"NumericEquals": {"sns:Level": "10"}}, {"sns__Level": "ten"}, False),
        ({"ForAllValues:StringEquals": {"aws:Tags": ["a", "b", "c"]}}, TYPES, True),
        ({"ForAllValues:StringEquals": {"aws:Tags": ["a"]}}, TYPES, False),
        ({"ForAllValues:StringEquals": {"aws:Tags": ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"aws:Tags": ["b", "c"]}}, TYPES, True),
        ({"ForAnyValue:StringEquals": {"aws:Tags": ["c"]}}, TYPES, False),
        ({"ForAnyValue:StringEquals": {"aws:Tags": ["c"]}}, {}, False),
        ({"ForAnyValue:StringNotEquals": {"aws:Tags": ["a"]}}, TYPES, True),
        ({"StringLike": {"events:source": "omnibus.*"}, "Null": {"aws:SourceArn": "false"}}, SOURCE, False),
        # What every signed request has, named or not.
        ({"StringEquals": {"aws:PrincipalAccount": OURS}}, {}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": OURS}}, {}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:*"}}, {}, True),
        ({"BoolIfExists": {"aws:SecureTransport": "false"}}, {}, False),
        ({"StringLike": {"events:source": "omnibus.*", "events:detail-type": "*"}}, SOURCE, False),
    ],
)
def test_a_condition_holds_as_its_operator_says(condition: dict[str, Any], context: dict[str, Any], holds: bool):  # noqa: FBT001 - as above
    assert (effect(statement(Condition=condition), request(**context)) is Effect.ALLOW) is holds


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Condition": {"IpAddresses": {"aws:SourceIp": "10.0.0.0/8"}}}, "the condition operator IpAddresses"),
        (
            {"Condition": {"ForSomeValues:StringEquals": {"a": "b"}}},
            "the condition operator ForSomeValues:StringEquals",
        ),
    ],
)
def test_what_the_evaluator_cannot_judge_it_does_not_pass_over(more: dict[str, Any], message: str):
    with pytest.raises(UnsupportedOperationError, match=message):
        policy(statement(**more))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "invalid JSON"),
        ("[]", "policy: not an object"),
        ({"Statement": ["all"]}, "statement 1: not an object"),
        ({"Statement": statement(Effect="Maybe")}, "Effect is to be Allow or Deny"),
        ({"Statement": statement(Sid="S", Effects="Deny")}, "S: the element Effects is not known"),
        ({"Statement": statement(NotAction="*")}, "exactly one of Action and NotAction"),
        ({"Statement": statement(Principal="me")}, "Principal is to be"),
        ({"Statement": statement(Principal={"Google": "me"})}, "there are no principals of the kind Google"),
        ({"Statement": statement(Action=5)}, "Action is to be a text"),
        ({"Statement": statement(Resource=[BUS, None])}, "Resource is to be a text"),
        ({"Statement": statement(Condition=["all"])}, "Condition is to have an object for each of its operators"),
        ({"Statement": statement(Condition={"Bool": "true"})}, "Condition is to have an object"),
        ({"Statement": statement(Condition={"Bool": {"a": {"b": "true"}}})}, "the values of a are to be"),
    ],
)
def test_what_is_no_policy_is_refused_by_the_statement_at_fault(document: Any, message: str):
    with pytest.raises(MalformedPolicyError, match=message):
        Policy(document)

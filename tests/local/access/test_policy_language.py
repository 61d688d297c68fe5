"""What identities' policies need of the evaluator beyond what buses' do.

IAM user guide, "IAM JSON policy elements: Condition operators", "IAM policy elements: Variables and tags".
"""

from typing import Any

import pytest

from bus.local.policies import Caller, Effect, MalformedPolicyError, Naming, Policy, Request

ACCOUNT = "123456789012"
ROLE, SESSION = f"arn:aws:iam::{ACCOUNT}:role/worker", f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/one"
ANN = Caller(
    ACCOUNT,
    (f"arn:aws:iam::{ACCOUNT}:user/ann",),
    keys={"aws:username": "ann", "aws:userid": "AIDA1", "aws:principaltag/team": "blue"},
)


def effect(
    statement: dict[str, Any], resource: str = "arn:aws:s3:::b/k", version: str = "2012-10-17", **context: Any
) -> Effect:
    document = {
        "Version": version,
        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **statement},
    }
    named = {name.replace("__", ":"): value for name, value in context.items()}
    return Policy(document, of="identity").decide(Request(ANN, "s3:GetObject", resource, named)).effect


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        (
            {"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}},
            {"aws__CurrentTime": "2026-05-31T23:59:59Z"},
            True,
        ),
        ({"DateLessThan": {"aws:CurrentTime": "2026-06-01"}}, {"aws__CurrentTime": "2026-06-01T00:00:00Z"}, False),
        ({"DateGreaterThanEquals": {"aws:EpochTime": "1780000000"}}, {"aws__EpochTime": "1780000000"}, True),
        (
            {"DateEquals": {"aws:CurrentTime": "2026-06-01T02:00:00+02:00"}},
            {"aws__CurrentTime": "2026-06-01T00:00:00Z"},
            True,
        ),
        (
            {"DateNotEquals": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}},
            {"aws__CurrentTime": "2026-06-02T00:00:00Z"},
            True,
        ),
        ({"DateGreaterThan": {"aws:CurrentTime": "soon"}}, {"aws__CurrentTime": "2026-06-02T00:00:00Z"}, False),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}, {}, True),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, {}, False),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}, {}, False),
        ({"IpAddress": {"aws:SourceIp": "everywhere"}}, {}, False),
        ({"BinaryEquals": {"k": "QmluYXJ5"}}, {"k": "QmluYXJ5"}, True),
        ({"BinaryEquals": {"k": "QmluYXJ5"}}, {"k": "no base 64"}, False),
        ({"NumericNotEquals": {"s3:max-keys": "10"}}, {"s3__max-keys": "9"}, True),
        ({"NumericLessThanEqualsIfExists": {"s3:max-keys": "10"}}, {}, True),
        ({"ForAnyValue:StringLike": {"aws:TagKeys": ["a*"]}}, {"aws__TagKeys": ["b", "ab"]}, True),
        ({"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}}, {"aws__TagKeys": ["b", "ab"]}, False),
        ({"StringEquals": {"aws:PrincipalTag/Team": "blue"}}, {}, True),
        ({"Null": {"aws:username": "false"}}, {}, True),
        ({"StringEquals": {"s3:prefix": "${aws:username}"}}, {"s3__prefix": "ann"}, True),
        ({"StringEquals": {"s3:prefix": "${aws:username}"}}, {"s3__prefix": "bob"}, False),
        ({"StringLike": {"s3:prefix": "home/${aws:username}/*"}}, {"s3__prefix": "home/ann/x"}, True),
        ({"StringLike": {"s3:prefix": "${s3:delimiter}/*"}}, {"s3__prefix": "any/x", "s3__delimiter": "*"}, False),
        ({"StringLike": {"s3:prefix": "${s3:delimiter}/*"}}, {"s3__prefix": "*/x", "s3__delimiter": "*"}, True),
        ({"StringEquals": {"s3:prefix": "${aws:PrincipalTag/none, 'shared'}"}}, {"s3__prefix": "shared"}, True),
        ({"StringEquals": {"s3:prefix": "${aws:PrincipalTag/none}"}}, {"s3__prefix": ""}, False),
        ({"StringNotEquals": {"s3:prefix": "${aws:PrincipalTag/none}"}}, {"s3__prefix": "x"}, True),
        ({"StringEquals": {"s3:prefix": "${$}{${*}}"}}, {"s3__prefix": "${*}"}, True),
    ],
)
def test_a_condition_holds_as_its_operator_says(condition: dict[str, Any], context: dict[str, Any], holds: bool):  # noqa: FBT001 - a case's expectation
    assert (effect({"Condition": condition}, **context) is Effect.ALLOW) is holds


def test_a_resource_may_have_variables_and_only_its_own_wildcards():
    own = {"Resource": "arn:aws:s3:::home/${aws:username}/*"}

    assert effect(own, "arn:aws:s3:::home/ann/notes") is Effect.ALLOW
    assert effect(own, "arn:aws:s3:::home/bob/notes") is Effect.SILENT
    assert effect({"Resource": "arn:aws:s3:::home/${aws:PrincipalTag/none}/*"}, "arn:aws:s3:::home//x") is Effect.SILENT
    assert effect({"Resource": "arn:aws:s3:::a${*}b"}, "arn:aws:s3:::a*b") is Effect.ALLOW
    assert effect({"Resource": "arn:aws:s3:::a${*}b"}, "arn:aws:s3:::axb") is Effect.SILENT


def test_policies_of_the_old_version_know_no_variables():
    own = {"Resource": "arn:aws:s3:::home/${aws:username}/*"}

    assert effect(own, "arn:aws:s3:::home/ann/notes", version="2008-10-17") is Effect.SILENT
    assert effect(own, "arn:aws:s3:::home/${aws:username}/notes", version="2008-10-17") is Effect.ALLOW


def test_a_key_is_worked_out_when_a_policy_asks_for_it():
    asked = []

    def leading() -> list[str]:
        asked.append(1)
        return ["ann"]

    assert effect({}, dynamodb__LeadingKeys=leading) is Effect.ALLOW
    assert asked == []
    condition = {"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}}
    assert effect(condition, dynamodb__LeadingKeys=leading) is Effect.ALLOW
    assert asked == [1]


@pytest.mark.parametrize(
    ("principal", "naming"),
    [
        ("*", Naming.ITSELF),
        ({"AWS": SESSION}, Naming.ITSELF),
        ({"AWS": ROLE}, Naming.ROLE),
        ({"AWS": [ROLE, SESSION]}, Naming.ITSELF),
        ({"AWS": ACCOUNT}, Naming.ACCOUNT),
        ({"Federated": "cognito-identity.amazonaws.com"}, None),
        ({"CanonicalUser": "79a59d"}, None),
    ],
)
def test_a_resource_names_a_session_by_itself_its_role_or_its_account(principal: Any, naming: Naming | None):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": "*"}

    verdict = Policy({"Statement": statement}).decide(Request(Caller(ACCOUNT, (ROLE, SESSION)), "s3:GetObject", "x"))

    assert verdict.naming is naming


def test_an_identitys_policy_names_no_principal_and_a_roles_trust_no_resource():
    with pytest.raises(MalformedPolicyError, match="no Principal"):
        effect({"Principal": "*"})

    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}}
    assert Policy(trust, of="trust").decide(Request(ANN, "sts:AssumeRole", ROLE)).effect is Effect.ALLOW
    with pytest.raises(MalformedPolicyError, match="Resource"):
        Policy(trust)

"""How policies of every kind decide together (IAM user guide, "Policy evaluation logic")."""

import json
from typing import Any

import pytest

from bus.local.access import Gate
from bus.local.errors import AwsError, OperationError, UnsupportedOperationError
from bus.local.plane import Plane
from bus.local.sns import SnsRoom
from bus.local.sqs import SqsRoom
from bus.local.stored.kept_by_moto import client
from bus.local.wire.messages import Request
from tests.local.access.signing_cases import ROOT, sign

QUEUE = f"arn:aws:sqs:us-east-1:{Plane.account}:jobs"
URL = f"https://sqs.us-east-1.amazonaws.com/{Plane.account}/jobs"
SEND = {"QueueUrl": URL, "MessageBody": "x"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any = "*", resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def trusted(principal: Any) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


@pytest.fixture
def plane() -> Plane:
    made = Plane()
    for room in (SqsRoom, SnsRoom):
        made.open(room(made))
    made.call("sqs", "CreateQueue", QueueName="jobs")
    return made


@pytest.fixture
def ann(iam: Any) -> tuple[str, str]:
    """The keys of a user who may do nothing yet."""
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture
def role(iam: Any) -> str:
    """The ARN of a role that may do nothing yet."""
    made = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trusted({"Service": "lambda.amazonaws.com"}))
    return str(made["Role"]["Arn"])


def send(gate: Gate, keys: tuple[str, ...]) -> OperationError | None:
    return attempt(gate, keys, "sqs", "SendMessage", SEND)


def attempt(gate: Gate, keys: tuple[str, ...], service: str, operation: str, params: Any) -> OperationError | None:
    try:
        gate.admit(sign("POST", "/", b"{}", service=service, keys=keys), service, operation, params)
    except AwsError as error:
        return error
    return None


def test_a_user_may_do_what_a_policy_of_its_own_its_groups_or_managed_for_it_allows(gate: Gate, iam: Any, ann: Any):
    assert send(gate, ann) is not None

    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=policy(allow("sqs:SendMessage", QUEUE)))
    assert send(gate, ann) is None
    iam.delete_user_policy(UserName="ann", PolicyName="p")
    assert send(gate, ann) is not None

    arn = iam.create_policy(PolicyName="m", PolicyDocument=policy(allow("sqs:*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    assert send(gate, ann) is None
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("sns:*")), SetAsDefault=True)
    assert send(gate, ann) is not None

    iam.create_group(GroupName="senders")
    iam.put_group_policy(GroupName="senders", PolicyName="p", PolicyDocument=policy(allow("sqs:Send*")))
    iam.add_user_to_group(GroupName="senders", UserName="ann")
    assert send(gate, ann) is None


def test_a_denial_anywhere_outweighs_what_allows(gate: Gate, plane: Plane, iam: Any, ann: Any):
    iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=policy(allow()))
    assert send(gate, ann) is None

    iam.put_user_policy(UserName="ann", PolicyName="no", PolicyDocument=policy(allow("sqs:*", effect="Deny")))
    error = send(gate, ann)
    assert error is not None
    assert error.message.endswith(" with an explicit deny in an identity-based policy")

    iam.delete_user_policy(UserName="ann", PolicyName="no")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE}
    plane.call("sqs", "SetQueueAttributes", QueueUrl=URL, Attributes={"Policy": policy(deny)})
    error = send(gate, ann)
    assert error is not None
    assert error.message.endswith(" with an explicit deny in a resource-based policy")
    # The root of the account too.
    assert send(gate, ROOT) is not None


def test_a_resource_lets_in_whom_it_names_and_leaves_an_account_it_names_to_the_account(
    gate: Gate, plane: Plane, ann: Any
):
    def opened_to(principal: Any) -> OperationError | None:
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": QUEUE}
        plane.call("sqs", "SetQueueAttributes", QueueUrl=URL, Attributes={"Policy": policy(statement)})
        return send(gate, ann)

    assert opened_to({"AWS": f"arn:aws:iam::{Plane.account}:user/ann"}) is None
    assert opened_to("*") is None
    assert opened_to({"AWS": f"arn:aws:iam::{Plane.account}:user/bob"}) is not None
    assert opened_to({"AWS": f"arn:aws:iam::{Plane.account}:root"}) is not None
    assert opened_to({"AWS": Plane.account}) is not None


def test_a_boundary_bounds_what_a_roles_policies_allow(gate: Gate, iam: Any, role: str):
    iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=policy(allow()))
    assert gate.permits(role, "sqs", "SendMessage", SEND) is None

    arn = iam.create_policy(PolicyName="bound", PolicyDocument=policy(allow("sqs:ReceiveMessage")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=arn)
    assert gate.permits(role, "sqs", "ReceiveMessage", {"QueueUrl": URL}) is None
    error = gate.permits(role, "sqs", "SendMessage", SEND)
    assert error is not None
    assert error.message.endswith(" because no permissions boundary allows the sqs:sendmessage action")


def test_a_session_policy_narrows_a_session_but_not_what_a_resource_gives_the_session_itself(
    gate: Gate, plane: Plane, iam: Any
):
    arn = iam.create_role(RoleName="wide", AssumeRolePolicyDocument=trusted({"AWS": Plane.account}))["Role"]["Arn"]
    iam.put_role_policy(RoleName="wide", PolicyName="all", PolicyDocument=policy(allow()))
    sts = client("sts")
    narrow = policy(allow("sqs:ReceiveMessage"))
    given = sts.assume_role(RoleArn=arn, RoleSessionName="me", Policy=narrow)["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    assert attempt(gate, keys, "sqs", "ReceiveMessage", {"QueueUrl": URL}) is None
    error = send(gate, keys)
    assert error is not None
    assert error.message.endswith(" because no session policy allows the sqs:sendmessage action")

    def opened_to(principal: str) -> OperationError | None:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sqs:*", "Resource": QUEUE}
        plane.call("sqs", "SetQueueAttributes", QueueUrl=URL, Attributes={"Policy": policy(statement)})
        return send(gate, keys)

    assert opened_to(arn) is not None
    assert opened_to(f"arn:aws:sts::{Plane.account}:assumed-role/wide/me") is None


def test_a_role_is_assumed_by_whom_it_trusts(gate: Gate, iam: Any, ann: Any):
    def trusting(principal: Any) -> OperationError | None:
        iam.update_assume_role_policy(RoleName="target", PolicyDocument=trusted(principal))
        return attempt(gate, ann, "sts", "AssumeRole", {"RoleArn": target, "RoleSessionName": "s"})

    made = iam.create_role(RoleName="target", AssumeRolePolicyDocument=trusted({"AWS": Plane.account}))
    target = made["Role"]["Arn"]

    assert trusting({"AWS": f"arn:aws:iam::{Plane.account}:user/ann"}) is None
    assert trusting({"Service": "lambda.amazonaws.com"}) is not None
    error = trusting({"AWS": Plane.account})
    assert error is not None
    assert error.message == (
        f"User: arn:aws:iam::{Plane.account}:user/ann is not authorized to perform: sts:AssumeRole"
        f" on resource: {target}"
    )
    assert (error.code, error.status) == ("AccessDenied", 403)
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole", target)))
    assert trusting({"AWS": Plane.account}) is None
    assert trusting({"Service": "lambda.amazonaws.com"}) is not None
    assert attempt(gate, ann, "sts", "AssumeRole", {"RoleArn": target + "x", "RoleSessionName": "s"}) is not None


def test_a_session_is_never_wider_than_it_seems(gate: Gate):
    request = sign("POST", "/", service="sts")
    params = {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s", "PolicyArns": [{"arn": "x"}]}

    with pytest.raises(UnsupportedOperationError, match="PolicyArns"):
        gate.admit(request, "sts", "AssumeRole", params)


def test_variables_say_whose_things_a_user_may_touch(gate: Gate, iam: Any, ann: Any):
    own = policy(
        allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*"),
        allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}"),
    )
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=own)

    def read(key: str) -> OperationError | None:
        return attempt(gate, ann, "s3", "GetObject", {"Bucket": "home", "Key": key})

    assert read("ann/notes") is None
    assert read("bob/notes") is not None
    assert read("*/notes") is not None
    assert attempt(gate, ann, "iam", "CreateAccessKey", {}) is None
    assert attempt(gate, ann, "iam", "CreateAccessKey", {"UserName": "bob"}) is not None


def test_a_key_that_was_made_inactive_is_nobodys(gate: Gate, iam: Any, ann: Any):
    iam.update_access_key(UserName="ann", AccessKeyId=ann[0], Status="Inactive")

    error = send(gate, ann)
    assert error is not None
    assert error.code == "InvalidClientTokenId"


def test_a_key_of_kms_is_for_whom_its_policy_says(gate: Gate, iam: Any, ann: Any):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key)
    iam.put_user_policy(
        UserName="ann", PolicyName="p", PolicyDocument=policy(allow("kms:Encrypt", f"arn:aws:kms:*:*:key/{key}"))
    )

    def encrypt(named: str) -> OperationError | None:
        return attempt(gate, ann, "kms", "Encrypt", {"KeyId": named, "Plaintext": b"x"})

    assert encrypt(key) is None
    assert encrypt("alias/mine") is None
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert attempt(gate, ann, "kms", "Decrypt", {"CiphertextBlob": blob}) is not None
    others = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{Plane.account}:user/bob"},
        "Action": "kms:*",
        "Resource": "*",
    }
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(others))
    error = encrypt(key)
    assert error is not None
    assert (error.code, error.status) == ("AccessDeniedException", 400)
    assert error.message.endswith(" because no resource-based policy allows the kms:Encrypt action")


def test_anybody_reads_from_a_bucket_that_says_so(gate: Gate, iam: Any):  # noqa: ARG001 - moto is to be active
    s3 = client("s3")
    s3.create_bucket(Bucket="site")
    unsigned = Request("GET", "/site/index.html", "", {"host": "localhost"})

    def read() -> None:
        gate.admit(unsigned, "s3", "GetObject", {"Bucket": "site", "Key": "index.html"})

    with pytest.raises(AwsError, match=r"^AccessDenied: Access Denied$"):
        read()
    public = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}
    s3.put_bucket_policy(Bucket="site", Policy=policy(public))
    read()

"""`bus up --auth`: signatures are checked, and each caller is held to its policies."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.up.project import Platform, small_project

ONLY_SENDING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:work"}],
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that checks who calls."""
    with Platform(small_project(tmp_path_factory.mktemp("auth")), "--auth") as running:
        yield running


def client(platform: Platform, service: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=platform.endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )


def as_root(platform: Platform, service: str) -> Any:
    said = json.loads((platform.project / ".omnibus/up.json").read_text())["credentials"]
    return client(platform, service, said["access_key"], said["secret_key"])


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def user(platform: Platform) -> tuple[str, str]:
    """The keys of a user that may send to one queue."""
    iam = as_root(platform, "iam")
    iam.create_user(UserName="sender")
    iam.put_user_policy(UserName="sender", PolicyName="p", PolicyDocument=json.dumps(ONLY_SENDING))
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
        ("events", "list_event_buses", "UnrecognizedClientException"),
        ("sns", "list_topics", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
    ],
)
def test_a_key_that_nobody_was_given_is_refused(platform: Platform, service: str, operation: str, code: str) -> None:
    told, _ = refusal(getattr(client(platform, service, "AKIANOBODY", "secret"), operation))
    assert told == code


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_a_wrong_secret_is_refused(platform: Platform, user: tuple[str, str], service: str) -> None:
    operation = "list_tables" if service == "dynamodb" else "list_buckets"
    code, _ = refusal(getattr(client(platform, service, user[0], "wrong"), operation))
    assert code in {"InvalidSignatureException", "SignatureDoesNotMatch"}


def test_the_account_itself_may_do_everything(platform: Platform) -> None:
    assert as_root(platform, "dynamodb").list_tables()["TableNames"] == ["things"]
    assert [each["Name"] for each in as_root(platform, "s3").list_buckets()["Buckets"]] == ["objects"]
    as_root(platform, "s3").put_object(Bucket="objects", Key="k", Body=b"x" * 100_000)


def test_a_user_may_do_what_its_policy_says_and_no_more(platform: Platform, user: tuple[str, str]) -> None:
    sqs = client(platform, "sqs", *user)
    url = as_root(platform, "sqs").get_queue_url(QueueName="work")["QueueUrl"]
    assert sqs.send_message(QueueUrl=url, MessageBody="x")["MessageId"]
    code, message = refusal(sqs.receive_message, QueueUrl=url)
    assert "AccessDenied" in code
    assert "sender" in message
    assert "AccessDenied" in refusal(client(platform, "s3", *user).put_object, Bucket="objects", Key="k", Body=b"")[0]
    assert as_root(platform, "s3").get_object(Bucket="objects", Key="k")["Body"].read() == b"x" * 100_000


def test_a_function_calls_as_its_role(platform: Platform) -> None:
    """It may put items into its table, as the template says."""
    lambda_ = as_root(platform, "lambda")
    answer = lambda_.invoke(FunctionName="writer", Payload=json.dumps({"id": "by-role"}))
    assert json.loads(answer["Payload"].read()) == {"wrote": "by-role"}
    role = lambda_.get_function_configuration(FunctionName="writer")["Role"].rpartition("/")[2]
    iam = as_root(platform, "iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    refused = lambda_.invoke(FunctionName="writer", Payload=json.dumps({"id": "without"}))
    assert refused["FunctionError"] == "Unhandled"
    assert "is not authorized to perform: dynamodb:PutItem" in json.loads(refused["Payload"].read())["errorMessage"]

"""Reserved concurrency, throttling, provisioned concurrency, resource policies."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

SLOW = "import time\ndef handler(event, context):\n    time.sleep(event)\n"


def reserved(aws: Aws, amount: int, source: str = SLOW) -> str:
    name = aws.function(source, Timeout=60)
    aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=amount)
    return name


def throttled(aws: Aws, name: str, event: int = 0) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        aws.client("lambda").invoke(FunctionName=name, Payload=b"%d" % event)
    response: dict[str, Any] = dict(refused.value.response)
    return response


def test_a_function_at_its_reserved_concurrency_is_throttled_until_an_invocation_ends(aws: Aws):
    """Lambda developer guide, "Configuring reserved concurrency for a function"."""
    name, client = reserved(aws, 2), aws.client("lambda")
    for _ in range(2):
        client.invoke(FunctionName=name, Payload=b"10")

    refused = throttled(aws, name)
    aws.wait(11)
    after = client.invoke(FunctionName=name, Payload=b"0")

    assert refused["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert refused["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert after["StatusCode"] == 200


def test_a_reserved_concurrency_of_zero_throttles_everything(aws: Aws):
    """Lambda developer guide, "Configuring reserved concurrency for a function"."""
    name = reserved(aws, 0)

    assert throttled(aws, name)["Error"]["Code"] == "TooManyRequestsException"
    aws.client("lambda").delete_function_concurrency(FunctionName=name)
    assert aws.client("lambda").invoke(FunctionName=name, Payload=b"0")["StatusCode"] == 200


def test_reserved_concurrency_applies_to_the_function_as_a_whole_including_versions_and_aliases(aws: Aws):
    """Lambda API reference, PutFunctionConcurrency."""
    name, client = reserved(aws, 1), aws.client("lambda")
    client.publish_version(FunctionName=name)
    client.invoke(FunctionName=name, Qualifier="1", Payload=b"10")

    assert throttled(aws, name)["Error"]["Code"] == "TooManyRequestsException"
    with pytest.raises(ClientError) as refused:
        client.put_function_concurrency(FunctionName=f"{name}:1", ReservedConcurrentExecutions=1)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_the_functions_of_an_account_share_what_is_not_reserved(aws: Aws):
    """Lambda developer guide, "Understanding Lambda function scaling"."""
    reserved(aws, 900)
    one, other, client = aws.function(SLOW, Timeout=60), aws.function(SLOW, Timeout=60), aws.client("lambda")
    for _ in range(50):
        client.invoke(FunctionName=one, Payload=b"30")
        client.invoke(FunctionName=other, Payload=b"30")

    assert throttled(aws, one)["Reason"] == "ConcurrentInvocationLimitExceeded"
    aws.wait(31)
    assert client.invoke(FunctionName=one, Payload=b"0")["StatusCode"] == 200


def test_at_least_a_hundred_executions_stay_unreserved(aws: Aws):
    """Lambda API reference, PutFunctionConcurrency."""
    name, client = reserved(aws, 900), aws.client("lambda")
    other = aws.function(SLOW)

    with pytest.raises(ClientError) as refused:
        client.put_function_concurrency(FunctionName=other, ReservedConcurrentExecutions=1)

    assert refused.value.response["Error"]["Message"].endswith("below its minimum value of [100].")
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 900
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=other)
    assert client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 900}
    limits = client.get_account_settings()["AccountLimit"]
    assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (1000, 100)


def test_a_function_that_invokes_itself_takes_concurrency_for_each_invocation(aws: Aws):
    """Lambda developer guide, "Understanding Lambda function scaling"."""
    source = "import boto3\ndef handler(event, context):\n    if event == 0:\n        return 'done'\n"
    source += "    client = boto3.client('lambda')\n    try:\n        answer = client.invoke(\n"
    source += "            FunctionName=context.function_name, Payload=str(event - 1))\n"
    source += "    except client.exceptions.TooManyRequestsException:\n        return 'throttled'\n"
    source += "    return answer['Payload'].read().decode()\n"
    name = reserved(aws, 2, source)

    answers = [
        json.load(aws.client("lambda").invoke(FunctionName=name, Payload=b"%d" % depth)["Payload"]) for depth in (1, 2)
    ]

    assert answers == ['"done"', '"throttled"']


def test_provisioned_concurrency_is_of_a_published_version_or_an_alias(aws: Aws):
    """Lambda developer guide, "Configuring provisioned concurrency for a function"."""
    name, client = aws.function(SLOW, Publish=True), aws.client("lambda")

    put = client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=5)
    aws.wait(300)
    got = client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    listed = client.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]

    assert (put["Status"], put["AllocatedProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    assert (got["Status"], got["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 5)
    assert [each["FunctionArn"] for each in listed] == [f"{aws.function_arn(name)}:1"]
    with pytest.raises(ClientError, match="cannot be applied to unpublished function versions"):
        client.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="$LATEST", ProvisionedConcurrentExecutions=5
        )
    client.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    with pytest.raises(ClientError) as gone:
        client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    assert gone.value.response["Error"]["Code"] == "ProvisionedConcurrencyConfigNotFoundException"


def test_provisioned_concurrency_counts_toward_the_functions_reservation(aws: Aws):
    """Lambda developer guide, "Configuring provisioned concurrency for a function"."""
    name, client = reserved(aws, 4), aws.client("lambda")
    client.publish_version(FunctionName=name)

    with pytest.raises(ClientError, match="should not be greater than the reservedConcurrentExecution"):
        client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=5)


def test_a_reservation_is_no_lower_than_what_is_provisioned(aws: Aws):
    """Lambda developer guide, "Configuring provisioned concurrency for a function"."""
    name, client = reserved(aws, 10), aws.client("lambda")
    client.publish_version(FunctionName=name)
    client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=5)

    with pytest.raises(ClientError, match="should not be lower than function's total provisioned concurrency"):
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=4)


def test_the_policy_of_a_function_has_a_statement_for_each_permission(aws: Aws):
    """Lambda developer guide, "Working with resource-based IAM policies in Lambda"."""
    name, client = aws.function(SLOW), aws.client("lambda")
    arn = aws.function_arn(name)
    rule = arn.replace(":lambda:", ":events:").replace(f"function:{name}", "rule/orders")

    client.add_permission(
        FunctionName=name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )

    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    assert policy["Statement"] == [
        {
            "Sid": "rule",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn,
            "Condition": {"ArnLike": {"AWS:SourceArn": rule}},
        }
    ]


def test_a_permission_is_given_once_and_taken_away(aws: Aws):
    """Lambda API reference, AddPermission, RemovePermission and GetPolicy."""
    name, client = aws.function(SLOW), aws.client("lambda")
    permission = {
        "FunctionName": name,
        "StatementId": "all",
        "Action": "lambda:InvokeFunction",
        "Principal": "123456789012",
    }
    client.add_permission(**permission)

    with pytest.raises(ClientError) as again:
        client.add_permission(**permission)
    client.remove_permission(FunctionName=name, StatementId="all")
    with pytest.raises(ClientError) as gone:
        client.get_policy(FunctionName=name)

    assert again.value.response["Error"]["Code"] == "ResourceConflictException"
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_policy_of_an_alias_is_its_own(aws: Aws):
    """Lambda API reference, AddPermission, Qualifier."""
    name, client = aws.function(SLOW, Publish=True), aws.client("lambda")
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    client.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="all",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
    )

    policy = json.loads(client.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    assert policy["Statement"][0]["Resource"].endswith(f":{name}:live")
    with pytest.raises(ClientError):
        client.get_policy(FunctionName=name)

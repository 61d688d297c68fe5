"""Versions and aliases."""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

SAYS = "def handler(event, context):\n"
SAYS += "    return {said!r}, context.function_version, context.invoked_function_arn\n"


def new_code(aws: Aws, name: str, said: str) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("case_code.py", SAYS.format(said=said))
    aws.client("lambda").update_function_code(FunctionName=name, ZipFile=whole.getvalue())
    aws.idle()


def answer(aws: Aws, name: str, **more: Any) -> list[str]:
    answered: list[str] = json.load(aws.client("lambda").invoke(FunctionName=name, **more)["Payload"])
    return answered


def two_versions(aws: Aws) -> str:
    name = aws.function(SAYS.format(said="one"))
    aws.client("lambda").publish_version(FunctionName=name)
    new_code(aws, name, "two")
    aws.client("lambda").publish_version(FunctionName=name)
    return name


def test_a_published_version_keeps_its_code_and_its_configuration(aws: Aws):
    """Lambda developer guide, "Manage Lambda function versions"."""
    name = two_versions(aws)
    new_code(aws, name, "three")
    arn = aws.function_arn(name)

    assert answer(aws, name, Qualifier="1") == ["one", "1", f"{arn}:1"]
    assert answer(aws, f"{name}:2") == ["two", "2", f"{arn}:2"]
    assert answer(aws, f"{arn}:$LATEST") == ["three", "$LATEST", f"{arn}:$LATEST"]
    assert answer(aws, name) == ["three", "$LATEST", arn]


def test_lambda_does_not_publish_a_version_if_nothing_has_changed_since_the_last_one(aws: Aws):
    """Lambda API reference, PublishVersion."""
    name, client = aws.function(SAYS.format(said="one")), aws.client("lambda")

    published = [client.publish_version(FunctionName=name)["Version"] for _ in range(2)]
    new_code(aws, name, "two")
    published.append(client.publish_version(FunctionName=name, Description="second")["Version"])

    assert published == ["1", "1", "2"]
    versions = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1", "2"]
    assert versions[0]["FunctionArn"] == f"{aws.function_arn(name)}:$LATEST"
    assert versions[2]["Description"] == "second"


def test_version_numbers_are_never_used_again(aws: Aws):
    """Lambda developer guide, "Manage Lambda function versions"."""
    name, client = two_versions(aws), aws.client("lambda")

    client.delete_function(FunctionName=name, Qualifier="2")
    new_code(aws, name, "three")

    assert client.publish_version(FunctionName=name)["Version"] == "3"
    with pytest.raises(ClientError) as gone:
        answer(aws, name, Qualifier="2")
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert gone.value.response["Error"]["Message"].endswith(f":{name}:2")


def test_publish_refuses_a_hash_that_is_not_that_of_latest(aws: Aws):
    """Lambda API reference, PublishVersion, CodeSha256."""
    name = aws.function(SAYS.format(said="one"))

    with pytest.raises(ClientError) as refused:
        aws.client("lambda").publish_version(FunctionName=name, CodeSha256="other")

    assert refused.value.response["Error"]["Message"].startswith("CodeSHA256 (other) is different from current")


def test_create_can_publish_the_first_version(aws: Aws):
    """Lambda API reference, CreateFunction, Publish."""
    name = aws.function(SAYS.format(said="one"), Publish=True)

    assert answer(aws, name, Qualifier="1")[0] == "one"


def test_an_alias_is_a_pointer_that_can_be_moved(aws: Aws):
    """Lambda developer guide, "Create an alias for a Lambda function"."""
    name, client = two_versions(aws), aws.client("lambda")
    arn = client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]
    before = answer(aws, arn)

    client.update_alias(FunctionName=name, Name="live", FunctionVersion="2")

    assert before == ["one", "1", arn]
    assert answer(aws, name, Qualifier="live") == ["two", "2", arn]
    assert client.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == "2"
    described = client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (described["FunctionArn"], described["Version"]) == (arn, "2")
    assert [each["Name"] for each in client.list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    client.delete_alias(FunctionName=name, Name="live")
    with pytest.raises(ClientError) as gone:
        client.get_alias(FunctionName=name, Name="live")
    assert gone.value.response["Error"]["Message"] == f"Cannot find alias arn: {arn}"


def test_a_weighted_alias_sends_a_share_of_its_traffic_to_a_second_version(aws: Aws):
    """Lambda developer guide, "Implement Lambda canary deployments using a weighted alias"."""
    name, client = two_versions(aws), aws.client("lambda")
    client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )

    answers = [client.invoke(FunctionName=name, Qualifier="live")["ExecutedVersion"] for _ in range(200)]

    seen = Counter(answers)
    assert set(seen) == {"1", "2"}
    assert 25 <= seen["2"] <= 75


@pytest.mark.parametrize(
    ("version", "weights", "message"),
    [
        ("1", {"1": 0.5}, "Function version 1 is already included in routing configuration."),
        ("1", {"2": 0.5, "$LATEST": 0.1}, "cannot be greater than 1"),
        ("$LATEST", {"1": 0.5}, "$LATEST is not supported for an alias pointing to more than 1 version"),
        ("1", {"2": 1.5}, "validation error detected"),
        ("9", {}, "Function not found"),
        ("1", {"9": 0.5}, "Function not found"),
    ],
)
def test_an_alias_points_to_at_most_two_published_versions(
    aws: Aws, version: str, weights: dict[str, float], message: str
):
    """Lambda developer guide, "Implement Lambda canary deployments using a weighted alias"."""
    name = two_versions(aws)

    with pytest.raises(ClientError, match=message.replace("$", "\\$")):
        aws.client("lambda").create_alias(
            FunctionName=name,
            Name="live",
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights},
        )


def test_an_alias_has_one_name_that_is_no_number(aws: Aws):
    """Lambda API reference, CreateAlias."""
    name, client = two_versions(aws), aws.client("lambda")
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    codes = []
    for alias in ("live", "1"):
        with pytest.raises(ClientError) as refused:
            client.create_alias(FunctionName=name, Name=alias, FunctionVersion="1")
        codes.append(refused.value.response["Error"]["Code"])

    assert codes == ["ResourceConflictException", "ValidationException"]


def test_a_version_that_an_alias_points_to_cannot_be_deleted(aws: Aws):
    """Lambda API reference, DeleteFunction, Qualifier."""
    name, client = two_versions(aws), aws.client("lambda")
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")

    with pytest.raises(ClientError) as refused:
        client.delete_function(FunctionName=name, Qualifier="1")
    client.delete_alias(FunctionName=name, Name="live")
    client.delete_function(FunctionName=name, Qualifier="1")

    assert refused.value.response["Error"]["Code"] == "ResourceConflictException"
    assert [each["Version"] for each in client.list_versions_by_function(FunctionName=name)["Versions"]] == [
        "$LATEST",
        "2",
    ]

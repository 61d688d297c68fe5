"""EventBridge API destinations and connections (EventBridge user guide; API reference).

What an endpoint of its own would see is in `tests/local/api_destinations`: this suite has only clients.
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

BASIC = {"BasicAuthParameters": {"Username": "ada", "Password": "secret"}}
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "secret"}}


def connection(aws: Aws, kind: str = "BASIC", parameters: Any = BASIC) -> tuple[str, str]:
    """The name and ARN of a connection."""
    name = aws.name()
    made = aws.client("events").create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)
    aws.idle()
    return name, made["ConnectionArn"]


def destination(aws: Aws, connection_arn: str, **more: Any) -> tuple[str, str]:
    """The name and ARN of an API destination; its host is one that cannot be resolved (RFC 2606)."""
    name = aws.name()
    given = {"InvocationEndpoint": "https://nowhere.invalid/orders", "HttpMethod": "POST"} | more
    made = aws.client("events").create_api_destination(Name=name, ConnectionArn=connection_arn, **given)
    return name, made["ApiDestinationArn"]


def test_a_connection_shows_its_authorization_parameters_without_their_secrets(aws: Aws):
    """API reference, DescribeConnection."""
    headers = [
        {"Key": "A", "Value": "hidden", "IsValueSecret": True},
        {"Key": "B", "Value": "b", "IsValueSecret": False},
    ]
    name, _ = connection(aws, "API_KEY", {**KEY, "InvocationHttpParameters": {"HeaderParameters": headers}})

    shown = aws.client("events").describe_connection(Name=name)

    assert shown["ConnectionState"] == "AUTHORIZED"
    assert shown["AuthParameters"]["ApiKeyAuthParameters"] == {"ApiKeyName": "X-Api-Key"}
    first, second = shown["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"]
    assert "Value" not in first
    assert second["Value"] == "b"


def test_a_connection_keeps_its_parameters_in_a_secret(aws: Aws):
    """User guide, "Connections": "EventBridge creates a secret in AWS Secrets Manager"."""
    name, _ = connection(aws)

    arn = aws.client("events").describe_connection(Name=name)["SecretArn"]

    assert f":secret:events!connection/{name}/" in arn
    assert aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]


def test_an_api_destination_can_be_used_while_its_connection_is_authorized(aws: Aws):
    events = aws.client("events")
    name, arn = connection(aws)
    shop, _ = destination(aws, arn)
    assert events.describe_api_destination(Name=shop)["ApiDestinationState"] == "ACTIVE"

    events.deauthorize_connection(Name=name)
    aws.idle()

    assert events.describe_connection(Name=name)["ConnectionState"] == "DEAUTHORIZED"
    assert events.describe_api_destination(Name=shop)["ApiDestinationState"] == "INACTIVE"


def test_the_url_of_an_api_destination_must_use_https(aws: Aws):
    _, arn = connection(aws)

    with pytest.raises(ClientError, match="ValidationException"):
        destination(aws, arn, InvocationEndpoint="http://nowhere.invalid/orders")


def test_only_parameters_of_the_authorization_type_can_be_given(aws: Aws):
    """API reference, CreateConnection."""
    with pytest.raises(ClientError, match="ValidationException"):
        connection(aws, "BASIC", KEY)


def test_two_connections_cannot_have_one_name(aws: Aws):
    name, _ = connection(aws)

    with pytest.raises(ClientError, match=f"Connection {name} already exists"):
        aws.client("events").create_connection(Name=name, AuthorizationType="BASIC", AuthParameters=BASIC)


def test_an_event_for_a_host_that_cannot_be_resolved_goes_to_the_dead_letter_queue_at_once(aws: Aws):
    """User guide, "How EventBridge retries delivering events"."""
    events, dead, rule = aws.client("events"), aws.queue(), aws.name()
    _, arn = destination(aws, connection(aws)[1])
    events.put_rule(Name=rule, EventPattern='{"source": ["case.api"]}')
    target = {"Id": "api", "Arn": arn, "RoleArn": aws.role(), "DeadLetterConfig": {"Arn": dead.arn}}
    events.put_targets(Rule=rule, Targets=[target])

    events.put_events(Entries=[{"Source": "case.api", "DetailType": "T", "Detail": '{"n": 1}'}])
    aws.wait(60)

    [message] = dead.drain()
    said = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert said["RETRY_ATTEMPTS"] == "0"
    assert said["TARGET_ARN"] == arn
    assert said["ERROR_CODE"]

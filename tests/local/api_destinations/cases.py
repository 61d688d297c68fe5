"""What the tests of API destinations say again and again."""

import json
from typing import Any

from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

BASIC = {"BasicAuthParameters": {"Username": "ada", "Password": "secret"}}


KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "secret"}}


OAUTH = {
    "OAuthParameters": {
        "AuthorizationEndpoint": "https://login.example/token",
        "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "me", "ClientSecret": "secret"},
        "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "orders", "IsValueSecret": False}]},
    }
}


DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"


def connect(plane: Plane, events: Any, parameters: Any = BASIC, kind: str = "BASIC", name: str = "shop") -> str:
    arn = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)["ConnectionArn"]
    plane.engine.run_until_idle()
    return str(arn)


def route(events: Any, connection: str, *, target: Any = None, **destination: Any) -> None:
    """Every event of "omnibus.orders" goes to an API destination; what it does not take to the queue `dead`."""
    given = {"InvocationEndpoint": "https://api.example/orders", "HttpMethod": "POST"} | destination
    arn = events.create_api_destination(Name="shop", ConnectionArn=connection, **given)["ApiDestinationArn"]
    events.put_rule(Name="orders", EventPattern='{"source": ["omnibus.orders"]}')
    role = "arn:aws:iam::123456789012:role/events"
    spec = {"Id": "shop", "Arn": arn, "RoleArn": role, "DeadLetterConfig": {"Arn": DEAD}, **(target or {})}
    assert events.put_targets(Rule="orders", Targets=[spec])["FailedEntryCount"] == 0


def publish(events: Any, *numbers: int) -> None:
    for number in numbers or (1,):
        detail = json.dumps({"n": number, "shop": "a/b", "path": ["x"]})
        events.put_events(Entries=[{"Source": "omnibus.orders", "DetailType": "T", "Detail": detail}])


def dead(plane: Plane) -> list[dict[str, str]]:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
    answer = plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    messages = answer.get("Messages", ())
    return [{key: value["StringValue"] for key, value in each["MessageAttributes"].items()} for each in messages]


class MemorySecrets:
    service = "secretsmanager"

    def __init__(self, _: Plane) -> None:
        self.values: dict[str, Any] = {}

    @operation("CreateSecret")
    def create_secret(self, params: Params) -> Response:
        arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{params['Name']}-abcdef"
        self.values[arn] = json.loads(params["SecretString"])
        return {"ARN": arn}

    @operation("PutSecretValue")
    def put_secret_value(self, params: Params) -> Response:
        self.values[params["SecretId"]] = json.loads(params["SecretString"])
        return {}

    @operation("DeleteSecret")
    def delete_secret(self, params: Params) -> Response:
        del self.values[params["SecretId"]]
        return {}

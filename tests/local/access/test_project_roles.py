"""The project's own roles: each function may do all that it does, and not what is another's to do."""

import os
from dataclasses import dataclass
from typing import Any

import pytest

from bus.local import botocore_hook
from bus.local.access import Gate
from bus.local.errors import OperationError
from bus.local.platform import LocalPlatform
from tests.local.access.signing_cases import ROOT

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/omnibus-dev"
STACKS = {"orders", "notifications", "analytics"}


@dataclass
class Roles:
    """The platform's roles, and the calls that its functions made."""

    platform: LocalPlatform
    gate: Gate
    calls: list[tuple[str, str, str, dict[str, Any]]]

    def role(self, function: str) -> str:
        """The ARN of a function's role."""
        settings = self.platform.plane.call("lambda", "GetFunctionConfiguration", FunctionName=function)
        return str(settings["Role"])

    def function(self, logical_id: str) -> str:
        return self.platform.find(logical_id)

    def permits(self, function: str, service: str, operation: str, **params: Any) -> OperationError | None:
        return self.gate.permits(self.role(function), service, operation, params, session=function)


@pytest.fixture
def roles(platform: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> Roles:
    """Notes what every function asks of AWS; a function is what has a name in its environment."""
    calls: list[tuple[str, str, str, dict[str, Any]]] = []
    client = botocore_hook._InProcess  # noqa: SLF001 - the one place where every call of boto3 comes by
    ask = client._make_api_call  # noqa: SLF001 - as above

    def noted(self: Any, operation: str, params: dict[str, Any]) -> Any:
        if (name := os.environ.get("AWS_LAMBDA_FUNCTION_NAME")) is not None:
            calls.append((name, self.meta.service_model.service_name, operation, params))
        return ask(self, operation, params)

    monkeypatch.setattr(client, "_make_api_call", noted)
    return Roles(platform, Gate(platform.plane, root=ROOT, enforce=True), calls)


def test_every_function_may_do_what_it_does(roles: Roles, shop: Any):
    shop.prefer(email="ada@customers.example", sms="+15550000900", webhook="https://ada.example/hook")
    order = shop.place()
    shop.pay(order)
    shop.ship(order)
    shop.ask("orders", "GET", f"/orders/{order}")
    shop.ask("orders", "GET", "/orders?customer_id=900")
    roles.platform.run_until_idle()

    assert {operation for _, _, operation, _ in roles.calls} >= {
        "PutEvents",
        "PutItem",
        "GetItem",
        "SendEmail",
        "Publish",
    }
    refused = [
        (name, operation, str(error))
        for name, service, operation, params in roles.calls
        if (error := roles.permits(name, service, operation, **params)) is not None
    ]
    assert refused == []


@pytest.mark.parametrize("logical_id", ["EmailFunction", "SmsFunction", "WebhookFunction"])
def test_a_channel_speaks_for_notifications_alone(roles: Roles, logical_id: str):
    function = roles.function(logical_id)

    def put(*sources: str, bus: str = BUS) -> OperationError | None:
        entries = [{"EventBusName": bus, "Source": source, "DetailType": "X.v1", "Detail": "{}"} for source in sources]
        return roles.permits(function, "events", "PutEvents", Entries=entries)

    assert put("omnibus.notifications") is None
    assert put("omnibus.orders") is not None
    assert put("omnibus.notifications", "omnibus.orders") is not None
    assert put("omnibus.notifications", bus="default") is not None
    error = put("omnibus.orders")
    assert error is not None
    role = roles.role(function).rpartition("/")[2]
    assert error.message == (
        f"User: arn:aws:sts::123456789012:assumed-role/{role}/{function} is not authorized to perform: events:PutEvents"
        f" on resource: {BUS} because no identity-based policy allows the events:PutEvents action"
    )


def test_mail_comes_from_one_address_and_texts_go_to_no_topic(roles: Roles):
    mail, text = roles.function("EmailFunction"), roles.function("SmsFunction")

    def send(sender: str) -> OperationError | None:
        return roles.permits(mail, "sesv2", "SendEmail", FromEmailAddress=sender, Content={"Simple": {}})

    assert send("orders@shop.example") is None
    assert send("ceo@shop.example") is not None
    assert roles.permits(text, "sns", "Publish", PhoneNumber="+15550000900", Message="x") is None
    topic = roles.platform.find("OrderNews")
    error = roles.permits(text, "sns", "Publish", TopicArn=topic, Message="x")
    assert error is not None
    assert (error.code, error.status) == ("AuthorizationError", 403)


def test_orders_reads_and_writes_its_table_and_nothing_more(roles: Roles):
    function, table = roles.function("ApiFunction"), roles.platform.find("Table")
    key = {"pk": {"S": "x"}, "sk": {"S": "y"}}

    assert roles.permits(function, "dynamodb", "GetItem", TableName=table, Key=key) is None
    put = {"Put": {"TableName": table, "Item": key}}
    assert roles.permits(function, "dynamodb", "TransactWriteItems", TransactItems=[put]) is None
    delete = {"Delete": {"TableName": table, "Key": key}}
    assert roles.permits(function, "dynamodb", "TransactWriteItems", TransactItems=[put, delete]) is not None
    assert roles.permits(function, "dynamodb", "Query", TableName=table, IndexName="gsi1") is None
    assert roles.permits(function, "dynamodb", "Query", TableName=table) is not None
    assert roles.permits(function, "dynamodb", "Scan", TableName=table) is not None
    other = roles.platform.find("Preferences")
    assert roles.permits(function, "dynamodb", "GetItem", TableName=other, Key=key) is not None
    assert roles.permits(function, "s3", "ListBuckets") is not None

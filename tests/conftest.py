"""The whole platform and its customers, for tests that span services."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bus.cli.demo.queries import Lake, open_lake
from bus.local.platform import LocalPlatform


@dataclass
class Shop:
    """Customers' requests to a platform, and the clerks' look at what went wrong."""

    platform: LocalPlatform

    def ask(self, service: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of an answer; header names are written with underscores."""
        sent = {"authorization": f"Bearer {self.platform.token(service)}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        answer = self.platform.request(service, method, path, headers=sent, body=text)
        return answer.status, json.loads(answer.body or "null")

    @staticmethod
    def order_of(customer: str) -> dict[str, Any]:
        """An order of two lines over 9.96 dollars."""
        return {
            "customer_id": customer,
            "lines": [
                {
                    "product_id": "823176",
                    "name": "MISC SNACKS",
                    "department": "GROCERY",
                    "quantity": 2,
                    "amount": {"amount": 398, "currency": "USD"},
                },
                {
                    "product_id": "1082185",
                    "name": "BANANAS",
                    "department": "PRODUCE",
                    "quantity": 1,
                    "amount": {"amount": 598, "currency": "USD"},
                },
            ],
        }

    def place(self, customer: str = "900", **headers: str) -> str:
        """Places an order of two lines; returns its id."""
        status, order = self.ask("orders", "POST", "/orders", self.order_of(customer), **headers)
        assert status == 201, order
        return str(order["order_id"])

    def pay(self, order: str) -> tuple[int, Any]:
        """Asks to pay; the status and the JSON of the answer."""
        return self.ask("orders", "POST", f"/orders/{order}/payment", {"payment_reference": "card-1"})

    def ship(self, order: str) -> tuple[int, Any]:
        """Asks to ship; the status and the JSON of the answer."""
        parcel = {"carrier": "Parcel Post", "tracking_number": "PP1"}
        return self.ask("orders", "POST", f"/orders/{order}/shipment", parcel)

    def prefer(self, customer: str = "900", **recipients: str) -> None:
        """Says how a customer wants to hear."""
        status, answer = self.ask(
            "notifications", "PUT", f"/customers/{customer}/preferences", {"recipients": recipients}
        )
        assert status == 200, answer

    def dead_letters(self, queue: str, stack: str | None = None) -> list[Mapping[str, Any]]:
        """The messages in a dead-letter queue, by the queue's logical id; each look hides them for a while."""
        sqs, url = self.platform.client("sqs"), self.platform.find(queue, stack)
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return list(answer.get("Messages", []))


@pytest.fixture
def shop(platform: LocalPlatform) -> Shop:
    return Shop(platform)


@pytest.fixture
def shop_of() -> type[Shop]:
    """The shop of a platform that the test opens itself."""
    return Shop


@pytest.fixture
def lake(platform: LocalPlatform) -> Lake:
    """The analysts' tables, made before anything happens."""
    return open_lake(platform)

"""What the tests of the flows say again and again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bus.cli.demo.queries import Lake, open_lake
from bus.local.platform import LocalPlatform

PROJECT = Path(__file__).parents[2]


@dataclass
class Shop:
    """Customers' requests to a platform."""

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

    def prefer(self, customer: str = "900", **recipients: str) -> None:
        """Says how a customer wants to hear."""
        status, answer = self.ask(
            "notifications", "PUT", f"/customers/{customer}/preferences", {"recipients": recipients}
        )
        assert status == 200, answer

    def dead_letters(self, queue: str) -> list[Mapping[str, Any]]:
        """The messages in a dead-letter queue, by the queue's logical id."""
        sqs, url = self.platform.client("sqs"), self.platform.find(queue)
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return list(answer.get("Messages", []))


@pytest.fixture
def shop(platform: LocalPlatform) -> Shop:
    return Shop(platform)


@pytest.fixture
def lake(platform: LocalPlatform) -> Lake:
    """The analysts' tables, made before anything happens."""
    return open_lake(platform)


@pytest.fixture
def shop_of_seed() -> Callable[[int], str]:
    """The ledger's digest after one order on a platform of that seed."""

    def digest(seed: int) -> str:
        with LocalPlatform.of_project(PROJECT, seed=seed) as platform:
            open_lake(platform)
            shop = Shop(platform)
            shop.prefer(email="ada@customers.example")
            shop.place()
            platform.run_until_idle()
            return platform.ledger.digest()

    return digest

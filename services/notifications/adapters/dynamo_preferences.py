"""Customers' preferences in DynamoDB: one item per customer, a recipient per channel."""

from typing import Any

from services.notifications.domain import Channel, Preferences


class DynamoPreferences:
    """Keeps preferences in `table`, keyed by `customer_id`. `client` is a DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def of(self, customer_id: str) -> Preferences:
        answer = self._client.get_item(
            TableName=self._table,
            Key={"customer_id": {"S": customer_id}},
            ProjectionExpression="recipients",
        )
        recipients = answer.get("Item", {}).get("recipients", {"M": {}})["M"]
        return Preferences(customer_id, {Channel(name): value["S"] for name, value in recipients.items()})

    def save(self, preferences: Preferences) -> None:
        self._client.put_item(
            TableName=self._table,
            Item={
                "customer_id": {"S": preferences.customer_id},
                "recipients": {
                    "M": {channel.value: {"S": recipient} for channel, recipient in preferences.recipients.items()}
                },
            },
        )

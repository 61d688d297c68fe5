"""E-mail through Amazon SES."""

from typing import Any

from services.notifications.adapters.aws_providers import asking
from services.notifications.domain import Channel, Message, Notification

# SES API v2, SendEmail: these concern the message or its recipient and come again at every attempt.
_REFUSED = frozenset({"BadRequestException", "MessageRejected"})


class SesSender:
    """Sends from one verified address. `client` is an SES v2 client."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client, self._sender = client, sender

    def send(self, notification: Notification, message: Message) -> str:
        with asking(Channel.EMAIL, _REFUSED):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [notification.recipient]},
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": message.body, "Charset": "UTF-8"}},
                    }
                },
                EmailTags=[{"Name": "notification", "Value": str(notification.id)}],
            )
        return str(answer["MessageId"])

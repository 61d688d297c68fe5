"""E-mail through Amazon SES."""

from typing import Any

from services.notifications.adapters.aws_providers import asking
from services.notifications.domain import Channel, Message, Notification

# SES API v2, SendEmail: these concern the message or its recipient and come again at every attempt.
_REFUSED = frozenset({"BadRequestException", "MessageRejected"})
# A MessageRejected of another kind: the sender is none that SES knows in this region, or the account is still in the
# sandbox (SES developer guide, "Amazon SES email sending errors").
_NOT_VERIFIED = "Email address is not verified"


class SesSender:
    """Sends from one verified address. `client` is an SES v2 client."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client, self._sender = client, sender

    def send(self, notification: Notification, message: Message) -> str:
        with asking(Channel.EMAIL, _REFUSED, passing=_NOT_VERIFIED):
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

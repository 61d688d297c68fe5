"""Text messages through Amazon SNS."""

from typing import Any

from services.notifications.adapters.aws_providers import asking
from services.notifications.domain import Channel, Message, Notification

# SNS API, Publish: an impossible number, or one whose owner answered STOP.
_REFUSED = frozenset({"InvalidParameter", "InvalidParameterException", "OptedOut", "OptedOutException"})


class SnsSender:
    """Sends transactional text messages. `client` is an SNS client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, notification: Notification, message: Message) -> str:
        with asking(Channel.SMS, _REFUSED):
            answer = self._client.publish(
                PhoneNumber=notification.recipient,
                Message=message.body,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        return str(answer["MessageId"])

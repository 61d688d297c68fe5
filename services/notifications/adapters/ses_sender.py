"""E-mail through Amazon SES."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.notifications.domain import (
    Channel,
    Message,
    Notification,
    ProviderUnavailableError,
    RecipientRefusedError,
)

# SES API v2, SendEmail: these concern the message or its recipient and come again at every attempt.
_REFUSED = frozenset({"BadRequestException", "MessageRejected"})


class SesSender:
    """Sends from one verified address. `client` is an SES v2 client."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client, self._sender = client, sender

    def send(self, notification: Notification, message: Message) -> str:
        try:
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
        except ClientError as error:
            code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
            if code in _REFUSED:
                raise RecipientRefusedError(Channel.EMAIL, reason) from error
            raise ProviderUnavailableError(Channel.EMAIL, f"{code}: {reason}") from error
        except BotoCoreError as error:  # no answer at all
            raise ProviderUnavailableError(Channel.EMAIL, type(error).__name__) from error
        return str(answer["MessageId"])

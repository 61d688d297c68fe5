"""Text messages through Amazon SNS."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.notifications.domain import (
    Channel,
    Message,
    Notification,
    ProviderUnavailableError,
    RecipientRefusedError,
)

# SNS API, Publish: an impossible number, or one whose owner answered STOP.
_REFUSED = frozenset({"InvalidParameter", "InvalidParameterException", "OptedOut", "OptedOutException"})


class SnsSender:
    """Sends transactional text messages. `client` is an SNS client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, notification: Notification, message: Message) -> str:
        try:
            answer = self._client.publish(
                PhoneNumber=notification.recipient,
                Message=message.body,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        except ClientError as error:
            code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
            if code in _REFUSED:
                raise RecipientRefusedError(Channel.SMS, reason) from error
            raise ProviderUnavailableError(Channel.SMS, f"{code}: {reason}") from error
        except BotoCoreError as error:  # no answer at all
            raise ProviderUnavailableError(Channel.SMS, type(error).__name__) from error
        return str(answer["MessageId"])

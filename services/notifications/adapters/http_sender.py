"""Webhooks over HTTPS, with the id and the timestamp as the Standard Webhooks specification has them."""

import time

import urllib3

from services.notifications.domain import (
    Channel,
    Message,
    Notification,
    ProviderUnavailableError,
    RecipientRefusedError,
)

_TOO_MANY_REQUESTS, _REQUEST_TIMEOUT = 429, 408


class HttpSender:
    """Posts JSON to the customer's address and waits at most `timeout` seconds for an answer.

    The `webhook-id` is the notification's id, the same at every attempt, so a receiver can drop
    what it already has.
    """

    def __init__(self, pool: urllib3.PoolManager, timeout: float = 5.0) -> None:
        self._pool, self._timeout = pool, timeout

    def send(self, notification: Notification, message: Message) -> str:
        status = self._post(notification, message)
        if 200 <= status < 300:  # noqa: PLR2004 - success, as HTTP has it
            return str(notification.id)
        reason = f"HTTP status {status}"
        if status >= 500 or status in (_TOO_MANY_REQUESTS, _REQUEST_TIMEOUT):  # noqa: PLR2004 - server error
            raise ProviderUnavailableError(Channel.WEBHOOK, reason)
        raise RecipientRefusedError(Channel.WEBHOOK, reason)

    def _post(self, notification: Notification, message: Message) -> int:
        try:
            answer = self._pool.request(
                "POST",
                notification.recipient,
                body=message.body.encode(),
                headers={
                    "content-type": "application/json",
                    "webhook-id": str(notification.id),
                    "webhook-timestamp": str(int(time.time())),
                    "webhook-event": notification.news.detail_type,
                },
                timeout=self._timeout,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.LocationValueError as error:  # no address, now or later
            raise RecipientRefusedError(Channel.WEBHOOK, "not a URL") from error
        except urllib3.exceptions.HTTPError as error:
            raise ProviderUnavailableError(Channel.WEBHOOK, type(error).__name__) from error
        return answer.status

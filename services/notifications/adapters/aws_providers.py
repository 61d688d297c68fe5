"""What an AWS provider's error means to a notification."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from services.notifications.domain import Channel, ProviderUnavailableError, RecipientRefusedError


@contextmanager
def asking(channel: Channel, refused: frozenset[str]) -> Iterator[None]:
    """Round a call. Raises RecipientRefusedError for an error code in `refused`, else ProviderUnavailableError."""
    try:
        yield
    except ClientError as error:
        code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in refused:
            raise RecipientRefusedError(channel, reason) from error
        raise ProviderUnavailableError(channel, f"{code}: {reason}") from error
    except BotoCoreError as error:  # no answer at all
        raise ProviderUnavailableError(channel, type(error).__name__) from error

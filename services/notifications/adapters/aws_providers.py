"""What an AWS provider's error means to a notification."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from services.notifications.domain import Channel, ProviderUnavailableError, RecipientRefusedError


@contextmanager
def asking(channel: Channel, refused: frozenset[str], *, passing: str | None = None) -> Iterator[None]:
    """Round a call. Raises RecipientRefusedError for an error code in `refused`, else ProviderUnavailableError.

    A reason that begins with `passing` concerns not the recipient but the account, so it refuses nobody, whatever its
    code: an operator can mend it.
    """
    try:
        yield
    except ClientError as error:
        code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in refused and not (passing and reason.startswith(passing)):
            raise RecipientRefusedError(channel, reason) from error
        raise ProviderUnavailableError(channel, f"{code}: {reason}") from error
    except BotoCoreError as error:  # no answer at all
        raise ProviderUnavailableError(channel, type(error).__name__) from error

"""What FIFO topics add to a message: its group, its deduplication, its place in the order.

Developer guide, "Amazon SNS message grouping for FIFO topics", "Amazon SNS message deduplication for FIFO topics" and
"Amazon SNS message ordering details for FIFO topics".
"""

import hashlib
import re
from collections import OrderedDict

from bus.local.clock import Clock
from bus.local.operations import Params
from bus.local.sns.errors import invalid
from bus.local.sns.notification import Notification

_WINDOW = 300.0  # seconds
_ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
# Sequence numbers have 20 digits and grow; SNS says no more of them.
FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000


def checked_group_id(params: Params, *, fifo: bool) -> str | None:
    """The MessageGroupId, which a FIFO topic needs and a standard topic may have. Raises AwsError."""
    given: str | None = params.get("MessageGroupId")
    if fifo and not given:
        raise invalid("The MessageGroupId parameter is required for FIFO topics")
    return _checked("MessageGroupId", given)


def checked_deduplication_id(params: Params, *, fifo: bool, content_based: bool) -> str | None:
    """The MessageDeduplicationId: given, or the SHA-256 of the message where the topic makes it so. Raises AwsError."""
    given: str | None = params.get("MessageDeduplicationId")
    if not fifo:
        if given is not None:
            raise invalid(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not "
                "valid for this topic type"
            )
        return None
    if given:
        return _checked("MessageDeduplicationId", given)
    if not content_based:
        raise invalid(
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
            "explicitly"
        )
    return hashlib.sha256(params["Message"].encode()).hexdigest()


class Deduplication:
    """What was published under an id in the last five minutes, whatever has become of it since."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._published: OrderedDict[tuple[str | None, str | None], Notification] = OrderedDict()

    def find(self, key: tuple[str | None, str | None]) -> Notification | None:
        """The message that went by `key`, a group (or None for the whole topic) and an id, if any."""
        horizon = self._clock.time() - _WINDOW
        while self._published and next(iter(self._published.values())).at <= horizon:
            self._published.popitem(last=False)
        return self._published.get(key)

    def keep(self, key: tuple[str | None, str | None], notification: Notification) -> None:
        self._published[key] = notification


def _checked(parameter: str, given: str | None) -> str | None:
    if given is not None and _ID.fullmatch(given) is None:
        raise invalid(
            f"{parameter} Reason: {parameter} can only include alphanumeric and punctuation characters. "
            "1 to 128 in length"
        )
    return given

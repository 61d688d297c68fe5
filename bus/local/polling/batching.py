"""How much goes into one batch."""

from collections.abc import Sequence

from bus.local.polling.record import Record

# Of a synchronous invocation: a batch ends before it (Lambda developer guide, "Batching behavior").
PAYLOAD_LIMIT = 6 * 1024 * 1024
_ENVELOPE = len('{"Records":[]}')


def fitting(records: Sequence[Record], most: int, taken: int = 0) -> int:
    """How many of the first records go into one batch: at most `most`, and no more than an invocation carries.

    `taken` bytes of the payload are something else's. One record always goes, however large.
    """
    most = min(most, len(records))
    if most <= 1:
        return most
    size = _ENVELOPE + taken
    for at in range(most):
        size += len(records[at].written) + 1
        if size > PAYLOAD_LIMIT and at:
            return at
    return most

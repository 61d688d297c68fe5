"""How much a shard of a provisioned stream takes in a second.

Kinesis developer guide, "Quotas and limits": 1,000 records or 1 MiB a second for each shard. The plane's clock stands
still while a caller works, so a hundred requests "at once" may have been sent one after another for a minute. What
certainly came together is one request: its records count against the limit as they are, and so do those of other
instants within the second; of the requests of one instant only the largest counts. A burst in one instant of the
clock is therefore never refused for being a burst, and nothing is refused that a shard on AWS would have to take.
A stream with records of up to `MaxRecordSizeInKiB` takes one of them in a second (developer guide, "Large records").
"""

from collections import deque
from dataclasses import dataclass

SECOND_RECORDS = 1000
_SECOND = 1.0


@dataclass(slots=True)
class _Instant:
    """What came at one instant: of the request that is being put, and of the largest before it."""

    at: float
    request: int
    records: int = 0
    size: int = 0
    largest_records: int = 0
    largest_size: int = 0


class Throughput:
    """Counts what one shard has taken."""

    __slots__ = ("_instants",)

    def __init__(self) -> None:
        self._instants: deque[_Instant] = deque()

    def takes(self, request: int, size: int, now: float, most_bytes: int) -> bool:
        """Whether one more record of a request fits into the second that ends `now`; it is counted if so."""
        current = self._current(request, now)
        records, total = current.records + 1, current.size + size
        for instant in self._instants:
            if instant is not current:
                records += instant.largest_records
                total += instant.largest_size
        if records > SECOND_RECORDS or total > most_bytes:
            return False
        current.records += 1
        current.size += size
        current.largest_records = max(current.largest_records, current.records)
        current.largest_size = max(current.largest_size, current.size)
        return True

    def _current(self, request: int, now: float) -> _Instant:
        instants = self._instants
        while instants and instants[0].at <= now - _SECOND:
            instants.popleft()
        if not instants or instants[-1].at != now:
            instants.append(_Instant(now, request))
        current = instants[-1]
        if current.request != request:
            current.request, current.records, current.size = request, 0, 0
        return current

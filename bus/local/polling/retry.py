"""What is still to be delivered of a stream's batch that failed, and when it is given up."""

from dataclasses import dataclass, field

from bus.local.polling.outcome import Outcome
from bus.local.polling.record import Record

FOREVER = -1
LONGEST_PAUSE = 60.0
EXPIRED = "Expired"  # the plane's word for a record that left the stream; AWS says nothing of it to anyone


@dataclass(slots=True)
class Batch:
    """Records of one shard, in order; `retries` counts against MaximumRetryAttempts, `deliveries` all there were."""

    records: list[Record]
    retries: int = 0
    deliveries: int = 0
    last: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records given up: AWS's word for why, and the outcome of the last delivery, if there was one."""

    records: list[Record]
    condition: str
    deliveries: int
    shard: str
    last: Outcome


@dataclass(frozen=True, slots=True)
class Retries:
    """The bounds that a mapping or pipe sets; `FOREVER` means until the record leaves the stream.

    `maximum` is MaximumRetryAttempts; `age` is MaximumRecordAgeInSeconds; `bisect` is BisectBatchOnFunctionError,
    or AUTOMATIC_BISECT of a pipe.
    """

    maximum: int = FOREVER
    age: float = FOREVER
    bisect: bool = False

    def remaining(self, batch: Batch, outcome: Outcome) -> list[Batch]:
        """What to deliver next, in order; nothing when the batch is through.

        Everything from the first failed record on comes again, for a shard keeps its order. Bisecting costs no
        retry (Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source").
        """
        failed = [at for at, record in enumerate(batch.records) if record.identifier in outcome.failed]
        if not failed:
            return []
        rest = batch.records[failed[0] :]
        if self.bisect and failed[0]:
            return [Batch(rest, batch.retries, batch.deliveries, outcome)]
        if self.bisect and len(rest) > 1:
            half = len(rest) // 2
            return [Batch(part, batch.retries, batch.deliveries, outcome) for part in (rest[:half], rest[half:])]
        return [Batch(rest, batch.retries + 1, batch.deliveries, outcome)]

    def exhausted(self, batch: Batch) -> bool:
        return self.maximum != FOREVER and batch.retries > self.maximum


def pause(retries: int) -> float:
    """Seconds before a retry: AWS backs off exponentially and does not say how far; here up to a minute."""
    return 0.0 if retries == 0 else min(2.0 ** min(retries - 1, 6), LONGEST_PAUSE)

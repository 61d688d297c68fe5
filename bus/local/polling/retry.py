"""What is still to be delivered of a stream's batch that failed, and when it is given up."""

from dataclasses import dataclass, field

from bus.local.polling.outcome import Outcome
from bus.local.polling.record import Record
from bus.local.polling.tumbling import Closing

FOREVER = -1
LONGEST_PAUSE = 60.0
EXPIRED = "Expired"  # the plane's word for a record that left the stream; AWS says nothing of it to anyone


@dataclass(slots=True)
class Batch:
    """Records of one shard, in order.

    `retries` counts against MaximumRetryAttempts, `deliveries` all there were; `throttles` counts those in a row that
    reached nobody. `closing` is that of a delivery without records which ends a tumbling window, first made at
    `since`; `again` marks the second of two deliveries that went well.
    """

    records: list[Record]
    retries: int = 0
    deliveries: int = 0
    last: Outcome = field(default_factory=Outcome)
    throttles: int = 0
    closing: Closing | None = None
    again: bool = False
    since: float | None = None

    def rest(self, records: list[Record], outcome: Outcome, retries: int) -> "Batch":
        """What is left of it after `outcome`."""
        return Batch(records, retries, self.deliveries, outcome, closing=self.closing, since=self.since)


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records given up: AWS's word for why, and the outcome of the last delivery, if there was one.

    There are none when what was given up is the end of a tumbling window.
    """

    records: list[Record]
    condition: str
    deliveries: int
    shard: str
    last: Outcome


@dataclass(frozen=True, slots=True)
class Retries:
    """The bounds that a mapping or pipe sets; `FOREVER` means until the record leaves the stream.

    `maximum` is MaximumRetryAttempts; `age` is MaximumRecordAgeInSeconds; `bisect` is BisectBatchOnFunctionError,
    or AUTOMATIC_BISECT of a pipe. With `only_failed`, as pipes have it, what was not reported does not come again.
    """

    maximum: int = FOREVER
    age: float = FOREVER
    bisect: bool = False
    only_failed: bool = False

    def remaining(self, batch: Batch, outcome: Outcome) -> list[Batch]:
        """What to deliver next, in order; nothing when the batch is through.

        Everything from the first failed record on comes again, for a shard keeps its order; a pipe "retries only
        specific failed records" (EventBridge user guide, "Amazon DynamoDB stream as a source"). Bisecting costs no
        retry (Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source").
        """
        if batch.closing is not None:
            return [batch.rest([], outcome, batch.retries + 1)] if outcome.broken else []
        failed = [at for at, record in enumerate(batch.records) if record.identifier in outcome.failed]
        if not failed:
            return []
        rest = [batch.records[at] for at in failed] if self.only_failed else batch.records[failed[0] :]
        if self.bisect and len(rest) < len(batch.records):
            return [batch.rest(rest, outcome, batch.retries)]
        if self.bisect and len(rest) > 1:
            half = len(rest) // 2
            return [batch.rest(part, outcome, batch.retries) for part in (rest[:half], rest[half:])]
        return [batch.rest(rest, outcome, batch.retries + 1)]

    def exhausted(self, batch: Batch) -> bool:
        return self.maximum != FOREVER and batch.retries > self.maximum


def pause(retries: int) -> float:
    """Seconds before a retry: AWS backs off exponentially and does not say how far; here up to a minute."""
    return 0.0 if retries == 0 else min(2.0 ** min(retries - 1, 6), LONGEST_PAUSE)

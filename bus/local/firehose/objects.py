"""Puts objects into S3, and again while S3 refuses them.

Firehose developer guide, "Handle data delivery failures", Amazon S3: Firehose keeps retrying for up to 24 hours, and if
delivery fails for longer the data is lost. It does not say how often; here after 5 s, then twice as long each time, up
to five minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.firehose.records import Record
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

RETENTION = 24 * 3600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0


@dataclass(eq=False, slots=True)
class Delivery:
    """One object on its way, with the records in it; `until` is when it is given up, in epoch seconds."""

    bucket: str
    key: str
    body: bytes
    records: list[Record]
    until: float
    stored: Callable[["Delivery"], None]
    given_up: Callable[["Delivery", AwsError], None]
    attempts: int = 0
    timer: Timer | None = None


class Objects:
    """The objects of one delivery stream that are on their way."""

    def __init__(self, plane: Plane, stream: str) -> None:
        self._plane, self._stream = plane, stream
        self._waiting: list[Delivery] = []

    def put(self, delivery: Delivery) -> None:
        """Store it now, or later."""
        delivery.attempts += 1
        delivery.timer = None
        try:
            self._plane.call("s3", "PutObject", Bucket=delivery.bucket, Key=delivery.key, Body=delivery.body)
        except AwsError as error:
            self._refused(delivery, error)
        else:
            delivery.stored(delivery)

    def stop(self) -> list[Record]:
        """Forget what is waiting, and say what it was."""
        for delivery in self._waiting:
            if delivery.timer is not None:
                delivery.timer.cancel()
        records = [record for delivery in self._waiting for record in delivery.records]
        self._waiting.clear()
        return records

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What waits to be put again."""
        for delivery in self._waiting:
            if delivery.timer is not None and any(record.event_id == event_id for record in delivery.records):
                note = f"s3://{delivery.bucket}/{delivery.key}"
                yield Whereabouts("firehose", self._stream, "waiting to retry", delivery.timer.instant, note)

    def _refused(self, delivery: Delivery, error: AwsError) -> None:
        pause = min(_FIRST_PAUSE * 2.0 ** min(delivery.attempts - 1, 10), _LONGEST_PAUSE)
        if self._plane.clock.time() + pause > delivery.until:
            delivery.given_up(delivery, error)
            return
        for record in delivery.records:
            self._plane.ledger.record(
                "firehose",
                "deliver",
                self._stream,
                event_id=record.event_id,
                attempt=delivery.attempts,
                outcome="retry",
                note=str(error),
            )
        self._waiting.append(delivery)
        delivery.timer = self._plane.engine.after(pause, lambda: self._again(delivery))

    def _again(self, delivery: Delivery) -> None:
        self._waiting.remove(delivery)
        self.put(delivery)

"""What CloudWatch is told of reads (Kinesis developer guide, "Monitoring the Amazon Kinesis Data Streams service")."""

from collections.abc import Sequence

from bus.local.kinesis.shard import Record
from bus.local.plane import Plane

_AGE = "GetRecords.IteratorAgeMilliseconds"
_MILLISECONDS = 1000


def measure_age(plane: Plane, stream: str, records: Sequence[Record]) -> None:
    """GetRecords answered with these records of a stream, by name: the age of the last, 0 of none."""
    age = plane.clock.time() - records[-1].arrived if records else 0.0
    plane.meters.add("AWS/Kinesis", _AGE, max(age, 0.0) * _MILLISECONDS, StreamName=stream)

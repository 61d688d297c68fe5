"""One record on its way through a delivery stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KinesisPlace:
    """Where a record stands in the Kinesis stream that it was read from."""

    shard_id: str
    sequence_number: str
    partition_key: str


@dataclass(frozen=True, slots=True)
class Record:
    """`id` is Firehose's own; `arrived` epoch milliseconds; `event_id` the event's, where it is known."""

    id: str
    data: bytes
    arrived: int
    event_id: str | None
    place: KinesisPlace | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """A record that is ready for its destination: `data` is what the transform made of it.

    `database` and `table` are its Iceberg table; `keys` are the partition keys of its prefix in S3.
    """

    record: Record
    data: bytes
    database: str = ""
    table: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A record that could not be transformed or delivered, and why: goes under the errors prefix.

    `kind` is AWS's error output type, such as "processing-failed"; `raw` is what could not be handled; `details` are
    further members of the error's document.
    """

    record: Record
    raw: bytes
    kind: str
    code: str
    message: str
    attempts: int
    details: Mapping[str, Any]

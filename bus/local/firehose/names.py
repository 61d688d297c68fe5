"""The names of objects: `<evaluated prefix><suffix>`.

Firehose developer guide, "Configure Amazon S3 object name format": the suffix is
`<stream name>-<stream version>-<year>-<month>-<day>-<hour>-<minute>-<second>-<uuid><file extension>`.
"""

from datetime import UTC, datetime, tzinfo

from bus.local.firehose.records import Record
from bus.local.firehose.settings import Settings
from bus.local.plane import Plane


def arrival_of(records: list[Record]) -> datetime:
    """When the oldest of the records arrived: the time in an object's name."""
    return datetime.fromtimestamp(min(record.arrived for record in records) / 1000, UTC)


def suffix(plane: Plane, settings: Settings, arrived: datetime, zone: tzinfo = UTC, extension: str = "") -> str:
    """A name that no other object has."""
    time = arrived.astimezone(zone)
    return f"{settings.name}-{settings.version}-{time:%Y-%m-%d-%H-%M-%S}-{plane.chance.uuid()}{extension}"

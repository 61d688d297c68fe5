"""What a delivery stream is asked for, read once: see `configuration`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.firehose.prefixes import Prefixes

MIB = 1024 * 1024


@dataclass(frozen=True)
class Hints:
    """Pass a buffer on when it holds `size` bytes, or `seconds` after its first record."""

    size: int
    seconds: float


@dataclass(frozen=True)
class Transform:
    """The function that transforms records, and how often it is tried again."""

    function: str
    retries: int
    hints: Hints


@dataclass(frozen=True)
class Processing:
    """What is done to records, in this order.

    `decompress`: GZIP; `extract_messages`: of CloudWatch Logs; `split`: "JSON", or the delimiter between the records
    in one; `transform`; `delimiter`: appended to each.
    """

    decompress: bool = False
    extract_messages: bool = False
    split: str | bytes | None = None
    transform: Transform | None = None
    delimiter: bytes = b""


@dataclass(frozen=True)
class Target:
    """A bucket and how objects are made for it; `extension` is how their names end."""

    bucket: str
    prefixes: Prefixes
    hints: Hints
    compression: str = "UNCOMPRESSED"
    extension: str = ""


@dataclass(frozen=True)
class Conversion:
    """The Glue table whose columns records are written as, in Parquet; `renamed` is by column, of JSON keys."""

    database: str
    table: str
    version: str
    compression: str
    ignore_case: bool
    dots_to_underscores: bool
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def catalog_table(self) -> dict[str, Any]:
        """As the documents of what failed have it."""
        return {"databaseName": self.database, "tableName": self.table, "versionId": self.version}


@dataclass(frozen=True)
class Destination:
    """Where records go: to S3, or to Iceberg tables, and then `target` is where those go that fail.

    `table` is the Iceberg table of records that the transform gives no route: (database, table). `backup` is where
    source records go as they came. `partition_retry` is how long an object of a dynamic partition is tried, in
    seconds, before its records count as failed; None where there is no dynamic partitioning.
    """

    iceberg: bool
    target: Target
    hints: Hints
    processing: Processing
    backup: Target | None = None
    table: tuple[str, str] | None = None
    conversion: Conversion | None = None
    partition_retry: float | None = None


@dataclass(frozen=True)
class Settings:
    """A delivery stream; `source` is the ARN of a Kinesis stream, None for direct puts.

    `version` grows with every change of the destination.
    """

    name: str
    arn: str
    source: str | None
    destination: Destination
    version: int = 1

    @property
    def type(self) -> str:
        """Where the records come from, in Firehose's words."""
        return "DirectPut" if self.source is None else "KinesisStreamAsSource"

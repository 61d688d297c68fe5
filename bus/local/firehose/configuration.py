"""From the API's configuration of a destination to settings.

Firehose API reference, ExtendedS3DestinationConfiguration, S3DestinationConfiguration, IcebergDestinationConfiguration.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bus.local.errors import UnsupportedOperationError
from bus.local.firehose.compression import EXTENSIONS
from bus.local.firehose.conversions import conversion_of
from bus.local.firehose.errors import invalid_argument
from bus.local.firehose.prefixes import prefixes_of
from bus.local.firehose.processors import processing_of
from bus.local.firehose.settings import MIB, Conversion, Destination, Hints, Target
from bus.local.operations import only

Given = Mapping[str, Any]

S3, ICEBERG = "ExtendedS3DestinationConfiguration", "IcebergDestinationConfiguration"
PLAIN_S3 = "S3DestinationConfiguration"
_MEBIBYTES, _SECONDS = 5, 300  # unless told otherwise (BufferingHints)
_MOST_MEBIBYTES, _MOST_SECONDS = 128, 900
# Parquet files and partitions are made large (developer guide, "Convert input data format", "Dynamic partitioning").
_LARGE_MEBIBYTES, _LEAST_LARGE = 128, 64
_PARTITION_RETRY = 300.0
_PLAIN = (
    "RoleARN",  # the plane checks no permissions
    "BucketARN",
    "Prefix",
    "ErrorOutputPrefix",
    "BufferingHints",
    "CompressionFormat",
    "EncryptionConfiguration",  # the plane encrypts nothing
    "CloudWatchLoggingOptions",  # the ledger is the log
)
_EXTENDED = (
    *_PLAIN,
    "ProcessingConfiguration",
    "S3BackupMode",
    "S3BackupConfiguration",
    "DataFormatConversionConfiguration",
    "DynamicPartitioningConfiguration",
    "FileExtension",
    "CustomTimeZone",
)
_ICEBERG = (
    "RoleARN",
    "CatalogConfiguration",
    "S3Configuration",
    "BufferingHints",
    "CloudWatchLoggingOptions",
    "ProcessingConfiguration",
    "DestinationTableConfigurationList",
    "S3BackupMode",
    "RetryOptions",  # the plane's catalog does not fail for a while
    "AppendOnly",  # the plane does nothing else to tables
    "SchemaEvolutionConfiguration",
    "TableCreationConfiguration",
)


def destination_of(kind: str, given: Given) -> Destination:
    """`kind` is S3 or ICEBERG. Raises AwsError for what is wrong, UnsupportedOperationError for what is not done."""
    return _s3(given) if kind == S3 else _iceberg(given)


def enabled(given: Given | None) -> bool:
    return str((given or {}).get("Enabled", False)).lower() == "true"


def _s3(given: Given) -> Destination:
    only(f"firehose {S3}", given, _EXTENDED)
    partitioning = given.get("DynamicPartitioningConfiguration") or {}
    partitioned = enabled(partitioning)
    conversion = conversion_of(given.get("DataFormatConversionConfiguration"))
    target = target_of(given, conversion=conversion, large=partitioned or conversion is not None)
    _check_partitioning(given, target, partitioned=partitioned)
    retry = (partitioning.get("RetryOptions") or {}).get("DurationInSeconds", _PARTITION_RETRY)
    return Destination(
        iceberg=False,
        target=target,
        hints=target.hints,
        processing=processing_of(given.get("ProcessingConfiguration") or {}),
        backup=_backup(given),
        conversion=conversion,
        partition_retry=float(retry) if partitioned else None,
    )


def _iceberg(given: Given) -> Destination:
    only(f"firehose {ICEBERG}", given, _ICEBERG)
    for undone in ("SchemaEvolutionConfiguration", "TableCreationConfiguration"):
        if enabled(given.get(undone)):
            raise UnsupportedOperationError(f"{undone} of an Iceberg destination")
    if given.get("S3BackupMode", "FailedDataOnly") != "FailedDataOnly":
        raise UnsupportedOperationError(f"the S3BackupMode {given['S3BackupMode']} of an Iceberg destination")
    target = target_of(given["S3Configuration"])
    return Destination(
        iceberg=True,
        target=target,
        hints=_hints(given.get("BufferingHints"), _MEBIBYTES),
        processing=processing_of(given.get("ProcessingConfiguration") or {}),
        table=_table(given.get("DestinationTableConfigurationList") or []),
    )


def target_of(given: Given, *, conversion: Conversion | None = None, large: bool = False) -> Target:
    """An S3DestinationConfiguration, or what an extended one has of it."""
    only("firehose S3 configurations", given, _EXTENDED)
    hints = _hints(given.get("BufferingHints"), _LARGE_MEBIBYTES if large else _MEBIBYTES)
    if large and hints.size < _LEAST_LARGE * MIB:
        raise invalid_argument(
            f"BufferingHints.SizeInMBs must be at least {_LEAST_LARGE} when data format conversion or dynamic "
            "partitioning is enabled."
        )
    compression = given.get("CompressionFormat") or "UNCOMPRESSED"
    if compression not in EXTENSIONS:
        raise invalid_argument(f"CompressionFormat {compression} is none of {', '.join(EXTENSIONS)}")
    if conversion is not None and compression != "UNCOMPRESSED":
        raise invalid_argument("CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.")
    extension = given.get("FileExtension") or (".parquet" if conversion is not None else EXTENSIONS[compression])
    prefixes = prefixes_of(given.get("Prefix") or "", given.get("ErrorOutputPrefix"), _zone(given))
    return Target(_bucket(given["BucketARN"]), prefixes, hints, compression, extension)


def _check_partitioning(given: Given, target: Target, *, partitioned: bool) -> None:
    """Developer guide, "Enable dynamic partitioning"."""
    keys = target.prefixes.partition_keys
    if not partitioned and keys:
        raise invalid_argument("Prefix has partition keys, and dynamic partitioning is not enabled.")
    if partitioned and not keys:
        raise invalid_argument("Prefix must contain partition keys when dynamic partitioning is enabled.")
    if partitioned and not given.get("ErrorOutputPrefix"):
        raise invalid_argument("ErrorOutputPrefix must be specified when dynamic partitioning is enabled.")
    if partitioned and not target.hints.seconds:
        raise invalid_argument("Zero buffering is not available for dynamic partitioning.")


def _backup(given: Given) -> Target | None:
    if given.get("S3BackupMode", "Disabled") != "Enabled":
        return None
    if not given.get("S3BackupConfiguration"):
        raise invalid_argument("S3BackupConfiguration must be specified when S3BackupMode is Enabled.")
    return target_of(given["S3BackupConfiguration"])


def _hints(given: Given | None, mebibytes: int) -> Hints:
    hints = given or {}
    if ("SizeInMBs" in hints) != ("IntervalInSeconds" in hints):
        raise invalid_argument("BufferingHints must specify both SizeInMBs and IntervalInSeconds, or neither.")
    size, seconds = int(hints.get("SizeInMBs", mebibytes)), float(hints.get("IntervalInSeconds", _SECONDS))
    if not 1 <= size <= _MOST_MEBIBYTES or not 0 <= seconds <= _MOST_SECONDS:
        raise invalid_argument(
            f"BufferingHints are of 1 to {_MOST_MEBIBYTES} MiB and of 0 to {_MOST_SECONDS} seconds, not of {size} MiB "
            f"and {seconds:g} s."
        )
    return Hints(size * MIB, seconds)


def _table(tables: list[Given]) -> tuple[str, str] | None:
    if len(tables) > 1:
        raise UnsupportedOperationError("more than one DestinationTableConfiguration: the transform routes records")
    for table in tables:
        only(
            "firehose DestinationTableConfiguration",
            table,
            ("DestinationDatabaseName", "DestinationTableName"),
        )
        return table["DestinationDatabaseName"], table["DestinationTableName"]
    return None


def _zone(given: Given) -> ZoneInfo:
    name = given.get("CustomTimeZone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid_argument(f"CustomTimeZone {name} is no time zone.") from error


def _bucket(arn: str) -> str:
    if not arn.startswith("arn:"):
        raise invalid_argument(f"BucketARN {arn} is no ARN of a bucket.")
    return arn.rpartition(":")[2]

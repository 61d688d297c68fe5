"""What DescribeDeliveryStream answers of a destination: its configuration, with the defaults filled in."""

from collections.abc import Mapping
from typing import Any

from bus.local.firehose.configuration import S3
from bus.local.firehose.settings import MIB, Hints

_PLAIN = {
    "RoleARN",
    "BucketARN",
    "Prefix",
    "ErrorOutputPrefix",
    "BufferingHints",
    "CompressionFormat",
    "EncryptionConfiguration",
    "CloudWatchLoggingOptions",
}
DESTINATION_ID = "destinationId-000000000001"


def destination(kind: str, given: Mapping[str, Any], hints: Hints) -> dict[str, Any]:
    """A DestinationDescription; one in S3 is described in both forms that there are of it."""
    if kind == S3:
        extended = _s3(given, hints) | {"S3BackupMode": given.get("S3BackupMode", "Disabled")}
        backup = extended.pop("S3BackupConfiguration", None)
        if backup is not None:
            extended["S3BackupDescription"] = _s3(backup, None)
        plain = {name: value for name, value in extended.items() if name in _PLAIN}
        described = {"S3DestinationDescription": plain, "ExtendedS3DestinationDescription": extended}
    else:
        iceberg = {**given, "BufferingHints": _hints(hints)}
        iceberg["S3DestinationDescription"] = _s3(iceberg.pop("S3Configuration"), None)
        described = {"IcebergDestinationDescription": iceberg}
    return {"DestinationId": DESTINATION_ID, **described}


def _s3(given: Mapping[str, Any], hints: Hints | None) -> dict[str, Any]:
    defaults = {
        "BufferingHints": _hints(hints or Hints(5 * MIB, 300.0)),
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    }
    return {**defaults, **given}


def _hints(hints: Hints) -> dict[str, int]:
    return {"SizeInMBs": hints.size // MIB, "IntervalInSeconds": int(hints.seconds)}

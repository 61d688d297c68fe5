"""What a delivery stream's template asks for, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.resources import Resource

_MIB = 1024 * 1024


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
class Errors:
    """Where records go that fail."""

    bucket: str
    prefix: str


@dataclass(frozen=True)
class Settings:
    """A delivery stream to Iceberg tables; `source` is the ARN of a Kinesis stream, None for direct puts.

    `table` is where records go that the transform gives no route: (database, table).
    """

    name: str
    arn: str
    source: str | None
    hints: Hints
    transform: Transform | None
    errors: Errors
    table: tuple[str, str] | None

    @property
    def type(self) -> str:
        """Where the records come from, in Firehose's words."""
        return "DirectPut" if self.source is None else "KinesisStreamAsSource"


def settings_of(resource: Resource, arn: str, name: str) -> Settings:
    """Raises UnsupportedResourceError for what the plane does not do."""
    properties = resource.properties
    iceberg = properties.get("IcebergDestinationConfiguration")
    if iceberg is None:
        raise resource.unsupported("a delivery stream without IcebergDestinationConfiguration")
    if iceberg.get("s3BackupMode", "FailedDataOnly") != "FailedDataOnly":
        raise resource.unsupported(f"the s3BackupMode {iceberg['s3BackupMode']}")
    return Settings(
        name=name,
        arn=arn,
        source=_source(resource),
        hints=_hints(iceberg.get("BufferingHints", {})),
        transform=_transform(resource, iceberg.get("ProcessingConfiguration", {})),
        errors=_errors(iceberg["S3Configuration"]),
        table=_table(resource, iceberg.get("DestinationTableConfigurationList", [])),
    )


def _source(resource: Resource) -> str | None:
    type_ = resource.properties.get("DeliveryStreamType", "DirectPut")
    if type_ == "DirectPut":
        return None
    if type_ != "KinesisStreamAsSource":
        raise resource.unsupported(f"the DeliveryStreamType {type_}")
    source: str = resource.properties["KinesisStreamSourceConfiguration"]["KinesisStreamARN"]
    return source


def _hints(hints: Mapping[str, Any]) -> Hints:
    """The defaults of the API reference: 5 MiB, 300 s."""
    return Hints(int(hints.get("SizeInMBs", 5)) * _MIB, float(hints.get("IntervalInSeconds", 300)))


def _transform(resource: Resource, processing: Mapping[str, Any]) -> Transform | None:
    processors = processing.get("Processors", [])
    if str(processing.get("Enabled", False)).lower() != "true" or not processors:
        return None
    if [processor["Type"] for processor in processors] != ["Lambda"]:
        raise resource.unsupported("processors other than one Lambda")
    parameters = {item["ParameterName"]: item["ParameterValue"] for item in processors[0].get("Parameters", [])}
    unknown = parameters.keys() - {
        "LambdaArn",
        "NumberOfRetries",
        "RoleArn",
        "BufferSizeInMBs",
        "BufferIntervalInSeconds",
    }
    if unknown:
        raise resource.unsupported(f"the Lambda processor's parameter {min(unknown)}")
    # Firehose developer guide, "Transform source data": 1 MB and 60 s unless told otherwise.
    size, seconds = parameters.get("BufferSizeInMBs", 1), parameters.get("BufferIntervalInSeconds", 60)
    hints = Hints(int(float(size) * _MIB), float(seconds))
    return Transform(parameters["LambdaArn"], int(parameters.get("NumberOfRetries", 3)), hints)


def _errors(s3: Mapping[str, Any]) -> Errors:
    return Errors(s3["BucketARN"].rpartition(":")[2], s3.get("ErrorOutputPrefix", s3.get("Prefix", "")))


def _table(resource: Resource, tables: list[Mapping[str, Any]]) -> tuple[str, str] | None:
    if len(tables) > 1:
        raise resource.unsupported("more than one DestinationTableConfiguration; the transform routes by otfMetadata")
    return next(((table["DestinationDatabaseName"], table["DestinationTableName"]) for table in tables), None)

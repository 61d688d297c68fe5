"""AWS::KinesisFirehose::DeliveryStream."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import OperationError
from bus.local.firehose.administration import encrypt
from bus.local.firehose.configuration import ICEBERG, PLAIN_S3, S3
from bus.local.firehose.streams import Configured, DeliveryStreams, destination_in
from bus.local.resources import LOGGED, UNCHECKED, Deployed, Made, Resource, removes, resource, updates

_TYPE = "AWS::KinesisFirehose::DeliveryStream"
_PLAIN = ("BucketARN", "Prefix", "ErrorOutputPrefix", "BufferingHints", "CompressionFormat", "EncryptionConfiguration")
_PLACES = (PLAIN_S3, S3, f"{S3}.S3BackupConfiguration", f"{ICEBERG}.S3Configuration")
_ACTS_ON = {
    "DeliveryStreamName",
    "DeliveryStreamType",
    "KinesisStreamSourceConfiguration.KinesisStreamARN",
    "DirectPutSourceConfiguration",
    "DeliveryStreamEncryptionConfigurationInput",
    "Tags",
    *(f"{place}.{member}" for place in _PLACES for member in _PLAIN),
    f"{S3}.ProcessingConfiguration",
    f"{S3}.S3BackupMode",
    f"{S3}.DataFormatConversionConfiguration",
    f"{S3}.DynamicPartitioningConfiguration",
    f"{S3}.FileExtension",
    f"{S3}.CustomTimeZone",
    f"{ICEBERG}.BufferingHints",
    f"{ICEBERG}.DestinationTableConfigurationList.DestinationDatabaseName",
    f"{ICEBERG}.DestinationTableConfigurationList.DestinationTableName",
    f"{ICEBERG}.ProcessingConfiguration",
    f"{ICEBERG}.s3BackupMode",
}
_INERT = {
    "KinesisStreamSourceConfiguration.RoleARN": UNCHECKED,
    f"{ICEBERG}.RoleARN": UNCHECKED,
    f"{ICEBERG}.CatalogConfiguration.CatalogArn": "the account has one catalog",
    f"{ICEBERG}.CloudWatchLoggingOptions": LOGGED,
    f"{ICEBERG}.RetryOptions": "the plane's catalog and buckets do not fail for a while",
    f"{ICEBERG}.AppendOnly": "the plane appends to tables and does nothing else to them",
    **{f"{place}.RoleARN": UNCHECKED for place in _PLACES},
    **{f"{place}.CloudWatchLoggingOptions": LOGGED for place in _PLACES},
}
# The createOnlyProperties of CloudFormation's schema.
_REPLACED_BY = {
    "DeliveryStreamName",
    "DeliveryStreamType",
    "ElasticsearchDestinationConfiguration.VpcConfiguration",
    "AmazonopensearchserviceDestinationConfiguration.VpcConfiguration",
    "AmazonOpenSearchServerlessDestinationConfiguration.VpcConfiguration",
    "DatabaseSourceConfiguration",
    "KinesisStreamSourceConfiguration",
    "DirectPutSourceConfiguration",
    "MSKSourceConfiguration",
    f"{ICEBERG}.CatalogConfiguration",
    "SnowflakeDestinationConfiguration.SnowflakeVpcConfiguration",
}
# Names that CloudFormation spells otherwise than the API does.
_SPELT = {"CatalogArn": "CatalogARN", "s3BackupMode": "S3BackupMode"}
_NUMBERS = {"SizeInMBs", "IntervalInSeconds", "DurationInSeconds", "ThroughputHintInMBs"}


class StreamResources:
    """Makes, changes and removes delivery streams."""

    streams: DeliveryStreams

    @resource(_TYPE, acts_on=_ACTS_ON, inert=_INERT, replaced_by=_REPLACED_BY)
    def make_stream(self, wanted: Resource) -> Deployed:
        properties = _as_api(wanted.properties)
        try:
            configured = self.streams.create({"DeliveryStreamName": wanted.name, **properties})
            _settle(configured, wanted, properties)
        except OperationError as error:
            raise wanted.unsupported(f"this delivery stream ({error.message})") from error
        return _deployed(configured)

    @updates(_TYPE)
    def update_stream(self, wanted: Resource, made: Made) -> Deployed:
        """A changed destination is a new version of the stream; what is buffered goes to it."""
        configured = self.streams.named(made.ref)
        properties = _as_api(wanted.properties)
        kind, given = destination_in(properties)
        if (kind, given) != (configured.kind, configured.destination):
            self.streams.change(configured, kind, given)
        _settle(configured, wanted, properties)
        return _deployed(configured)

    @removes(_TYPE)
    def remove_stream(self, made: Made) -> None:
        if self.streams.has(made.ref):
            self.streams.delete(self.streams.named(made.ref))


def _settle(configured: Configured, wanted: Resource, properties: Mapping[str, Any]) -> None:
    configured.tags = wanted.tags
    encryption = properties.get("DeliveryStreamEncryptionConfigurationInput")
    if encryption is None:
        configured.encryption = {"Status": "DISABLED"}
    else:
        encrypt(configured, encryption)


def _deployed(configured: Configured) -> Deployed:
    settings = configured.settings
    return Deployed(settings.name, {"Arn": settings.arn})


def _as_api(value: Any) -> Any:
    """Properties in the API's spelling, with its numbers: templates may give them as text."""
    if isinstance(value, Mapping):
        return {_SPELT.get(key, key): _typed(key, _as_api(below)) for key, below in value.items()}
    return [_as_api(below) for below in value] if isinstance(value, list) else value


def _typed(key: str, value: Any) -> Any:
    return int(value) if key in _NUMBERS else value

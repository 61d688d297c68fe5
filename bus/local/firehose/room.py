"""Firehose's operations, and the resource that makes a delivery stream."""

from typing import Any, ClassVar

from bus.local.errors import AwsError
from bus.local.firehose.settings import settings_of
from bus.local.firehose.stream import DeliveryStream
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import LABEL, LOGGED, UNCHECKED, UNENCRYPTED, Deployed, Resource, resource

# Service quotas: a record, a batch's records and a batch's bytes.
_RECORD_BYTES = 1000 * 1024
_BATCH_RECORDS = 500
_BATCH_BYTES = 4 * 1024 * 1024

_ICEBERG = "IcebergDestinationConfiguration"
_ACTS_ON = {
    "DeliveryStreamName",
    "DeliveryStreamType",
    "KinesisStreamSourceConfiguration.KinesisStreamARN",
    f"{_ICEBERG}.BufferingHints",
    f"{_ICEBERG}.DestinationTableConfigurationList.DestinationDatabaseName",
    f"{_ICEBERG}.DestinationTableConfigurationList.DestinationTableName",
    f"{_ICEBERG}.ProcessingConfiguration",
    f"{_ICEBERG}.S3Configuration.BucketARN",
    f"{_ICEBERG}.S3Configuration.ErrorOutputPrefix",
    f"{_ICEBERG}.S3Configuration.Prefix",
    f"{_ICEBERG}.s3BackupMode",
}
_INERT = {
    "KinesisStreamSourceConfiguration.RoleARN": UNCHECKED,
    f"{_ICEBERG}.RoleARN": UNCHECKED,
    f"{_ICEBERG}.S3Configuration.RoleARN": UNCHECKED,
    f"{_ICEBERG}.CatalogConfiguration.CatalogArn": "the account has one catalog",
    f"{_ICEBERG}.CloudWatchLoggingOptions": LOGGED,
    f"{_ICEBERG}.S3Configuration.CloudWatchLoggingOptions": LOGGED,
    f"{_ICEBERG}.RetryOptions": "the plane's catalog and buckets do not fail for a while",
    f"{_ICEBERG}.AppendOnly": "the plane appends to tables and does nothing else to them",
    "DeliveryStreamEncryptionConfigurationInput": UNENCRYPTED,
    "Tags": LABEL,
}


class FirehoseRoom:
    """Delivery streams from Kinesis or direct puts, through a Lambda transform, to Iceberg tables."""

    service: ClassVar[str] = "firehose"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._streams: dict[str, DeliveryStream] = {}

    @resource("AWS::KinesisFirehose::DeliveryStream", acts_on=_ACTS_ON, inert=_INERT)
    def make_stream(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("DeliveryStreamName", wanted.name)
        arn = self._plane.arn("firehose", f"deliverystream/{name}")
        self._streams[name] = DeliveryStream(self._plane, settings_of(wanted, arn, name))
        return Deployed(name, {"Arn": arn})

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        stream = self._puttable(params)
        return {"RecordId": stream.put(_data(params["Record"])), "Encrypted": False}

    @operation("PutRecordBatch")
    def put_record_batch(self, params: Params) -> Response:
        """Every record is taken: the plane throttles nothing, so `FailedPutCount` is 0."""
        stream, records = self._puttable(params), params["Records"]
        if len(records) > _BATCH_RECORDS:
            raise _invalid(f"{len(records)} records in one batch; at most {_BATCH_RECORDS} are allowed")
        contents = [_data(record) for record in records]
        if sum(map(len, contents)) > _BATCH_BYTES:
            raise _invalid("the records of one batch are larger than 4 MiB together")
        responses = [{"RecordId": stream.put(data)} for data in contents]
        return {"FailedPutCount": 0, "Encrypted": False, "RequestResponses": responses}

    @operation("DescribeDeliveryStream")
    def describe(self, params: Params) -> Response:
        stream = self._stream(params)
        settings = stream.settings
        description: dict[str, Any] = {
            "DeliveryStreamName": settings.name,
            "DeliveryStreamARN": settings.arn,
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": settings.type,
            "VersionId": "1",
            "CreateTimestamp": stream.created,
            "Destinations": [{"DestinationId": "destinationId-000000000001"}],
            "HasMoreDestinations": False,
        }
        if settings.source is not None:
            description["Source"] = {"KinesisStreamSourceDescription": {"KinesisStreamARN": settings.source}}
        return {"DeliveryStreamDescription": description}

    @operation("ListDeliveryStreams")
    def list_streams(self, params: Params) -> Response:
        after, limit = params.get("ExclusiveStartDeliveryStreamName", ""), params.get("Limit", 10)
        wanted = params.get("DeliveryStreamType")
        names = [
            name
            for name, stream in sorted(self._streams.items())
            if name > after and wanted in (None, stream.settings.type)
        ]
        return {"DeliveryStreamNames": names[:limit], "HasMoreDeliveryStreams": len(names) > limit}

    def _puttable(self, params: Params) -> DeliveryStream:
        stream = self._stream(params)
        if stream.settings.source is not None:
            name = stream.settings.name
            raise _invalid(f"delivery stream {name} has a Kinesis stream as its source and takes no direct puts")
        return stream

    def _stream(self, params: Params) -> DeliveryStream:
        name = params["DeliveryStreamName"]
        if name not in self._streams:
            message = f"Firehose {name} under account {self._plane.account} not found."
            raise AwsError("ResourceNotFoundException", message)
        return self._streams[name]


def _data(record: Params) -> bytes:
    data = record["Data"]
    content = data.encode() if isinstance(data, str) else bytes(data)
    if len(content) > _RECORD_BYTES:
        raise _invalid("a record is larger than 1,000 KiB")
    return content


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)

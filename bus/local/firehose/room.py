"""The Firehose room: putting records, and making, describing, changing and deleting delivery streams.

Differences from Firehose that a caller can see: a delivery stream is active as soon as it is created, and nothing
throttles puts.
"""

from collections.abc import Iterator
from typing import ClassVar

from bus.local.firehose.administration import Administration
from bus.local.firehose.errors import invalid_argument, too_long
from bus.local.firehose.resources import StreamResources
from bus.local.firehose.streams import Configured, DeliveryStreams
from bus.local.operations import Params, Response, only, operation
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

# Service quotas: a record, a batch's records and a batch's bytes.
_RECORD_BYTES = 1000 * 1024
_BATCH_RECORDS = 500
_BATCH_BYTES = 4 * 1024 * 1024


class FirehoseRoom(Administration, StreamResources):
    """Delivery streams from Kinesis or direct puts, through a Lambda transform, to S3 and to Iceberg tables."""

    service: ClassVar[str] = "firehose"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.streams = DeliveryStreams(plane)

    @operation("PutRecord")
    def put_record(self, params: Params) -> Response:
        only("firehose:PutRecord", params, ("DeliveryStreamName", "Record"))
        configured = self._puttable(params)
        record_id = configured.stream.put(_data(params["Record"], "record.data"))
        return {"RecordId": record_id, "Encrypted": _encrypted(configured)}

    @operation("PutRecordBatch")
    def put_record_batch(self, params: Params) -> Response:
        """Every record is taken: the plane throttles nothing, so `FailedPutCount` is 0."""
        only("firehose:PutRecordBatch", params, ("DeliveryStreamName", "Records"))
        configured, records = self._puttable(params), params["Records"]
        if len(records) > _BATCH_RECORDS:
            raise too_long("records", _BATCH_RECORDS)
        contents = [_data(record, f"records.{number}.member.data") for number, record in enumerate(records, 1)]
        if sum(map(len, contents)) > _BATCH_BYTES:
            raise invalid_argument("Records size exceeds 4 MB limit")
        responses = [{"RecordId": configured.stream.put(data)} for data in contents]
        return {"FailedPutCount": 0, "Encrypted": _encrypted(configured), "RequestResponses": responses}

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What of an event is on its way through a delivery stream."""
        for configured in self.streams.all():
            yield from configured.stream.whereabouts(event_id)

    def _puttable(self, params: Params) -> Configured:
        configured = self.streams.named(params["DeliveryStreamName"])
        if configured.settings.source is not None:
            raise invalid_argument("This operation is not permitted on KinesisStreamAsSource delivery stream type.")
        return configured


def _encrypted(configured: Configured) -> bool:
    return bool(configured.encryption["Status"] == "ENABLED")


def _data(record: Params, member: str) -> bytes:
    data = record["Data"]
    content = data.encode() if isinstance(data, str) else bytes(data)
    if len(content) > _RECORD_BYTES:
        raise too_long(member, _RECORD_BYTES)
    return content

"""What is told of records that were given up."""

from datetime import UTC, datetime
from typing import Any

from bus.local import times
from bus.local.arns import service_of
from bus.local.polling.retry import Discarded

_MEMBERS = {"kinesis": "KinesisBatchInfo", "dynamodb": "DDBStreamBatchInfo"}


def batch_info(discarded: Discarded, stream_arn: str) -> dict[str, Any]:
    """Which records they were; the records themselves are not included, so whoever wants them reads the stream
    (Lambda developer guide, "Retain discarded batch records", example invocation record).
    """
    first, last = discarded.records[0], discarded.records[-1]
    service = service_of(stream_arn)
    # To the second for DynamoDB, as the streams have it.
    iso = _to_the_second if service == "dynamodb" else times.iso
    return {
        _MEMBERS[service]: {
            "shardId": discarded.shard,
            "startSequenceNumber": first.identifier,
            "endSequenceNumber": last.identifier,
            "approximateArrivalOfFirstRecord": iso(first.arrived),
            "approximateArrivalOfLastRecord": iso(last.arrived),
            "batchSize": len(discarded.records),
            "streamArn": stream_arn,
        }
    }


def _to_the_second(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

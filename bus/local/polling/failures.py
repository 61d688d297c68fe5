"""What is told of records that were given up."""

from typing import Any

from bus.local.arns import service_of
from bus.local.polling.retry import Discarded
from bus.local.times import iso

_MEMBERS = {"kinesis": "KinesisBatchInfo", "dynamodb": "DDBStreamBatchInfo"}


def batch_info(discarded: Discarded, stream_arn: str) -> dict[str, Any]:
    """Which records they were; the records themselves are not included, so whoever wants them reads the stream
    (Lambda developer guide, "Retain discarded batch records", example invocation record).
    """
    first, last = discarded.records[0], discarded.records[-1]
    return {
        _MEMBERS[service_of(stream_arn)]: {
            "shardId": discarded.shard,
            "startSequenceNumber": first.identifier,
            "endSequenceNumber": last.identifier,
            "approximateArrivalOfFirstRecord": iso(first.arrived),
            "approximateArrivalOfLastRecord": iso(last.arrived),
            "batchSize": len(discarded.records),
            "streamArn": stream_arn,
        }
    }

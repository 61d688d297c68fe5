"""What is told of records that were given up."""

from datetime import UTC, datetime
from typing import Any

from bus.local.polling.retry import Discarded
from bus.local.polling.sources import Source


def iso(instant: float) -> str:
    """An instant as AWS writes it into documents: "2019-11-14T00:38:06.021Z"."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def batch_info(discarded: Discarded, source: Source) -> dict[str, Any]:
    """Which records they were; the records themselves are not included, so whoever wants them reads the stream
    (Lambda developer guide, "Retain discarded batch records", example invocation record).
    """
    first, last = discarded.records[0], discarded.records[-1]
    return {
        source.batch_info: {
            "shardId": discarded.shard,
            "startSequenceNumber": first.identifier,
            "endSequenceNumber": last.identifier,
            "approximateArrivalOfFirstRecord": iso(first.arrived),
            "approximateArrivalOfLastRecord": iso(last.arrived),
            "batchSize": len(discarded.records),
            "streamArn": source.arn,
        }
    }

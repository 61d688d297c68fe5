"""What an event source mapping tells of the records that it gave up.

Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda", and the
same page for DynamoDB.
"""

import json
from typing import Any

from bus.local.arns import service_of
from bus.local.destinations import send
from bus.local.lambda_.mapping_delivery import as_event
from bus.local.plane import Plane
from bus.local.polling import Discarded
from bus.local.polling.failures import batch_info
from bus.local.times import iso


class Failures:
    """Writes the invocation record of discarded batches to an SQS queue, an SNS topic or an S3 bucket.

    Only the object in a bucket has the batch itself, as text; whoever is told elsewhere reads the stream for it.
    """

    def __init__(self, plane: Plane, uuid: str, source_arn: str) -> None:
        self._plane, self._uuid, self._source_arn = plane, uuid, source_arn

    def tell(self, discarded: Discarded, function_arn: str, destination: str) -> None:
        """Raises AwsError as the destination does."""
        record = self._record(discarded, function_arn)
        if service_of(destination) == "s3":
            self._store(discarded, destination, {**record, "payload": as_event(discarded.records).decode()})
        else:
            send(self._plane, destination, json.dumps(record))

    def _record(self, discarded: Discarded, function_arn: str) -> dict[str, Any]:
        details = dict(discarded.last.details)
        request_id = details.pop("requestId", None) or self._plane.chance.uuid()
        return {
            "requestContext": {
                "requestId": request_id,
                "functionArn": function_arn,
                "condition": discarded.condition,
                "approximateInvokeCount": discarded.deliveries,
            },
            **details,
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            **batch_info(discarded, self._source_arn),
        }

    def _store(self, discarded: Discarded, bucket_arn: str, record: dict[str, Any]) -> None:
        now = self._plane.clock.now()
        folder = f"aws/lambda/{self._uuid}/{discarded.shard}/{now:%Y/%m/%d}"
        key = f"{folder}/{now:%Y-%m-%dT%H.%M.%S}-{self._plane.chance.uuid()}"
        bucket = bucket_arn.rpartition(":")[2]
        self._plane.call("s3", "PutObject", Bucket=bucket, Key=key, Body=json.dumps(record).encode())

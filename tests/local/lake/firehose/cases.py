"""A delivery stream to the lake, with stand-ins for its function and its source."""

import base64
import json
from collections.abc import Callable
from typing import Any, ClassVar

from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Resource

OCCURRED = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z in microseconds
BUCKET, DATABASE = "lake", "shop"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:transform"


class FakeLambda:
    """Answers with whatever `answer` makes of each record; `failures` calls fail first."""

    service: ClassVar[str] = "lambda"

    def __init__(self, _plane: Plane) -> None:
        self.events: list[dict[str, Any]] = []
        self.failures = 0
        self.answer = passed_on

    @operation("Invoke")
    def invoke(self, params: Params) -> Response:
        self.events.append(json.loads(params["Payload"]))
        if self.failures:
            self.failures -= 1
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": b"{}"}
        records = [self.answer(record) for record in self.events[-1]["records"]]
        return {"StatusCode": 200, "Payload": json.dumps({"records": [r for r in records if r]}).encode()}


class FakeKinesis:
    """One stream of one shard."""

    service: ClassVar[str] = "kinesis"
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/events"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._records: list[dict[str, Any]] = []

    def put(self, event_id: str, data: bytes) -> None:
        number = f"{len(self._records):021d}"
        arrived = self._plane.clock.now()
        self._records.append(
            {"SequenceNumber": number, "Data": data, "PartitionKey": "p", "ApproximateArrivalTimestamp": arrived}
        )
        with self._plane.ledger.following(event_id):
            self._plane.ledger.keep(f"{self.arn}/{number}")
        self._plane.signals.emit(self.arn)

    @operation("ListShards")
    def list_shards(self, _params: Params) -> Response:
        return {"Shards": [{"ShardId": "shardId-000000000000"}]}

    @operation("DescribeStreamSummary")
    def describe_stream_summary(self, _params: Params) -> Response:
        return {"StreamDescriptionSummary": {"RetentionPeriodHours": 24, "StreamCreationTimestamp": 0}}

    @operation("GetShardIterator")
    def get_shard_iterator(self, params: Params) -> Response:
        last = params.get("StartingSequenceNumber")
        return {"ShardIterator": "0" if last is None else str(int(last) + 1)}

    @operation("GetRecords")
    def get_records(self, params: Params) -> Response:
        start = int(params["ShardIterator"])
        return {
            "Records": self._records[start : start + 2],
            "NextShardIterator": str(start + 2),
            "MillisBehindLatest": 0 if start + 2 >= len(self._records) else 1,
        }


def document(event_id: str, **changes: Any) -> bytes:
    return json.dumps({"event_id": event_id, "occurred_at": OCCURRED, **changes}).encode()


def passed_on(record: dict[str, Any], table: str = "orders_v1") -> dict[str, Any]:
    route = {"destinationDatabaseName": DATABASE, "destinationTableName": table, "operation": "insert"}
    data = {"recordId": record["recordId"], "result": "Ok", "data": record["data"]}
    return {**data, "metadata": {"otfMetadata": route}}


def by_id(**answers: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def answer(record: dict[str, Any]) -> Any:
        event_id = json.loads(base64.b64decode(record["data"]))["event_id"]
        return answers.get(event_id, passed_on)(record)

    return answer


def source() -> dict[str, str]:
    return {"KinesisStreamARN": FakeKinesis.arn, "RoleARN": "arn:aws:iam::123456789012:role/r"}


def iceberg(*, transform: bool = True, **changes: Any) -> dict[str, Any]:
    parameters = {"LambdaArn": FUNCTION, "BufferIntervalInSeconds": "10"}
    processor = {
        "Type": "Lambda",
        "Parameters": [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()],
    }
    return {
        "RoleARN": "arn:aws:iam::123456789012:role/r",
        "CatalogConfiguration": {"CatalogArn": "arn:aws:glue:us-east-1:123456789012:catalog"},
        "BufferingHints": {"IntervalInSeconds": 30, "SizeInMBs": 1},
        "ProcessingConfiguration": {"Enabled": transform, "Processors": [processor]},
        "S3Configuration": {
            "BucketARN": f"arn:aws:s3:::{BUCKET}",
            "RoleARN": "arn:aws:iam::123456789012:role/r",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
        },
        **changes,
    }


def deploy(plane: Plane, **properties: Any) -> None:
    properties = {"DeliveryStreamName": "d", "IcebergDestinationConfiguration": iceberg(), **properties}
    plane.makers.make(Resource("s", "Delivery", "AWS::KinesisFirehose::DeliveryStream", properties, "d", "t.yaml", 1))

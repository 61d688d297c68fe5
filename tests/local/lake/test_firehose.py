"""Delivery streams: buffers, the transform, tables, and the errors prefix."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.firehose import FirehoseRoom
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane
from bus.local.resources import Resource
from bus.local.stored import StoredRoom

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


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(StoredRoom, FirehoseRoom, FakeLambda, FakeKinesis)


@pytest.fixture
def shop(plane: Plane, shop_of: Callable[[Plane], Any]) -> Any:
    shop = shop_of(plane)
    shop.create()
    return shop


@pytest.fixture
def function(plane: Plane) -> FakeLambda:
    fake: FakeLambda = plane.rooms["lambda"]
    return fake


@pytest.fixture
def kinesis(plane: Plane, shop: Any) -> FakeKinesis:  # noqa: ARG001 - the tables that it delivers to
    deploy(plane, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source())
    fake: FakeKinesis = plane.rooms["kinesis"]
    return fake


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


def test_records_of_a_kinesis_stream_become_rows_of_the_table_they_are_routed_to(
    plane: Plane, shop: Any, kinesis: FakeKinesis
) -> None:
    for event_id in ("a", "b", "c"):
        kinesis.put(event_id, document(event_id, total={"amount": 5, "currency": "USD"}))

    plane.engine.run_until_idle()

    assert shop.ids() == ["a", "b", "c"]
    assert [(hop.resource, hop.outcome) for hop in plane.ledger.of("a")] == [("orders_v1", "ok")]


def test_rows_are_delivered_when_both_buffers_have_waited_and_in_one_commit(
    plane: Plane, shop: Any, kinesis: FakeKinesis
) -> None:
    kinesis.put("a", document("a"))
    plane.engine.advance(timedelta(seconds=5))
    kinesis.put("b", document("b"))

    plane.engine.advance(timedelta(seconds=34))
    before = shop.ids()
    plane.engine.advance(timedelta(seconds=2))

    assert before == []
    assert shop.ids() == ["a", "b"]
    assert len(shop.table().metadata.snapshots) == 1


def test_a_full_buffer_does_not_wait(plane: Plane, function: FakeLambda, kinesis: FakeKinesis) -> None:
    for number in range(4):
        kinesis.put(str(number), document(str(number), padding="x" * 400_000))

    plane.engine.advance(timedelta(seconds=2))

    assert [len(event["records"]) for event in function.events] == [2]


def test_an_idle_stream_leaves_the_plane_idle(plane: Plane, kinesis: FakeKinesis) -> None:
    kinesis.put("a", document("a"))
    plane.engine.run_until_idle()
    before = plane.clock.time()

    plane.engine.run_until_idle()

    assert plane.clock.time() == before


def test_the_transform_is_given_the_documented_event(plane: Plane, function: FakeLambda, kinesis: FakeKinesis) -> None:
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [event] = function.events
    [record] = event["records"]
    assert set(event) == {"invocationId", "deliveryStreamArn", "sourceKinesisStreamArn", "region", "records"}
    assert base64.b64decode(record["data"]) == document("a")
    assert record["kinesisRecordMetadata"]["shardId"] == "shardId-000000000000"


def test_a_record_that_the_transform_fails_lands_under_the_errors_prefix_and_its_neighbours_in_the_table(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(
        bad=lambda record: {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    )
    for event_id in ("a", "bad", "b"):
        kinesis.put(event_id, document(event_id))

    plane.engine.run_until_idle()

    [key] = shop.objects("errors/")
    [error] = shop.errors()
    assert shop.ids() == ["a", "b"]
    assert key.startswith("errors/processing-failed/2026/01/01/d-1-2026-01-01-00-00-")
    assert (error["errorCode"], error["attemptsMade"]) == ("Lambda.ProcessingFailedStatus", 1)
    assert base64.b64decode(error["rawData"]) == document("bad")
    assert error["lambdaArn"] == FUNCTION
    assert [hop.outcome for hop in plane.ledger.of("bad")] == ["processing-failed"]


def test_a_dropped_record_goes_nowhere(plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis) -> None:
    function.answer = by_id(
        unwanted=lambda record: {"recordId": record["recordId"], "result": "Dropped", "data": record["data"]}
    )
    kinesis.put("unwanted", document("unwanted"))

    plane.engine.run_until_idle()

    assert shop.ids() == []
    assert shop.errors() == []
    assert [hop.outcome for hop in plane.ledger.of("unwanted")] == ["dropped"]


def test_a_transform_that_fails_is_tried_again(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.failures = 3
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    assert shop.ids() == ["a"]
    assert len(function.events) == 4


def test_a_transform_that_keeps_failing_fails_its_whole_batch(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.failures = 4
    kinesis.put("a", document("a"))
    kinesis.put("b", document("b"))

    plane.engine.run_until_idle()

    errors = shop.errors("processing-failed")
    assert shop.ids() == []
    assert [(error["errorCode"], error["attemptsMade"]) for error in errors] == [("Lambda.FunctionError", 4)] * 2


def test_a_record_that_the_transform_forgets_fails_alone(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(forgotten=lambda _record: None)
    kinesis.put("forgotten", document("forgotten"))
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("processing-failed")
    assert error["errorCode"] == "Lambda.MissingRecordId"
    assert shop.ids() == ["a"]


def test_a_route_to_no_table_fails_with_the_tables_name(
    plane: Plane, shop: Any, function: FakeLambda, kinesis: FakeKinesis
) -> None:
    function.answer = by_id(lost=lambda record: passed_on(record, table="nowhere_v1"))
    kinesis.put("lost", document("lost"))
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("iceberg-failed")
    assert (error["errorCode"], error["destinationTableName"]) == ("Iceberg.NoSuchTable", "nowhere_v1")
    assert shop.ids() == ["a"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"occurred_at": "2026-01-01T00:00:00Z"}, "Iceberg.SchemaTypeMismatch"),
        ({"total": {"amount": "five"}}, "Iceberg.SchemaTypeMismatch"),
        ({"occurred_at": 10**30}, "Iceberg.SchemaTypeMismatch"),
        ({"event_id": "\ud800"}, "Iceberg.SchemaTypeMismatch"),
        ({"occurred_at": None}, "Iceberg.MissingColumnWithinRecord"),
        ({"colour": "red"}, "Iceberg.MissingColumn"),
    ],
)
def test_a_row_that_does_not_fit_its_table_fails_alone(
    plane: Plane, shop: Any, kinesis: FakeKinesis, changes: dict[str, Any], code: str
) -> None:
    kinesis.put("bad", json.dumps({**json.loads(document("bad")), **changes}).encode())
    kinesis.put("a", document("a"))

    plane.engine.run_until_idle()

    [error] = shop.errors("iceberg-failed")
    assert error["errorCode"] == code
    assert shop.ids() == ["a"]


def test_records_are_put_directly_and_go_to_the_one_table_without_a_transform(plane: Plane, shop: Any) -> None:
    table = [{"DestinationDatabaseName": DATABASE, "DestinationTableName": "orders_v1"}]
    deploy(plane, IcebergDestinationConfiguration=iceberg(transform=False, DestinationTableConfigurationList=table))
    firehose = boto3.client("firehose")

    one = firehose.put_record(DeliveryStreamName="d", Record={"Data": document("a")})
    batch = firehose.put_record_batch(
        DeliveryStreamName="d", Records=[{"Data": document("b")}, {"Data": document("c")}]
    )
    plane.engine.run_until_idle()

    assert shop.ids() == ["a", "b", "c"]
    assert len({one["RecordId"], *(response["RecordId"] for response in batch["RequestResponses"])}) == 3
    assert batch["FailedPutCount"] == 0


@pytest.mark.usefixtures("kinesis")
def test_a_stream_that_reads_kinesis_takes_no_direct_puts() -> None:
    firehose = boto3.client("firehose")

    with pytest.raises(ClientError, match="not permitted on KinesisStreamAsSource"):
        firehose.put_record(DeliveryStreamName="d", Record={"Data": b"x"})


def test_a_stream_is_listed_and_described(kinesis: FakeKinesis) -> None:
    firehose = boto3.client("firehose")

    described = firehose.describe_delivery_stream(DeliveryStreamName="d")["DeliveryStreamDescription"]

    assert firehose.list_delivery_streams()["DeliveryStreamNames"] == ["d"]
    assert described["DeliveryStreamStatus"] == "ACTIVE"
    assert described["Source"]["KinesisStreamSourceDescription"]["KinesisStreamARN"] == kinesis.arn
    with pytest.raises(ClientError, match="Firehose x under account 123456789012 not found"):
        firehose.describe_delivery_stream(DeliveryStreamName="x")


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"ExtendedS3DestinationConfiguration": {"BucketARN": "arn:aws:s3:::b"}}, "Exactly one destination"),
        ({"IcebergDestinationConfiguration": iceberg(s3BackupMode="AllData")}, "S3BackupMode AllData"),
        ({"DeliveryStreamType": "MSKAsSource"}, "DeliveryStreamType MSKAsSource"),
    ],
)
def test_what_the_plane_does_not_do_stops_the_deployment(plane: Plane, properties: dict[str, Any], what: str) -> None:
    with pytest.raises(UnsupportedResourceError, match=what):
        deploy(plane, **properties)


def test_two_runs_with_one_seed_write_one_ledger(
    plane_with: Callable[..., Plane], shop_of: Callable[[Plane], Any]
) -> None:
    digests = []
    for _ in range(2):
        plane = plane_with(StoredRoom, FirehoseRoom, FakeLambda, FakeKinesis, seed=7)
        shop_of(plane).create()
        deploy(plane, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source())
        for event_id in ("a", "b"):
            plane.rooms["kinesis"].put(event_id, document(event_id))
        plane.engine.run_until_idle()
        digests.append(plane.ledger.digest())

    assert digests[0] == digests[1]

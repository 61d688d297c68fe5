"""boto3 as it comes, against `bus up`: clients, paginators, waiters, resources and transfers."""

import base64
import json
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from tests.up.project import Platform

PATIENCE = 20.0  # seconds


@pytest.fixture
def resource(up: Platform) -> Any:
    """`resource("s3")`: a boto3 resource of the endpoint."""

    def make(service: str) -> Any:
        keys = {"aws_access_key_id": "anyone", "aws_secret_access_key": "anything"}
        return boto3.resource(service, endpoint_url=up.endpoint, region_name="us-east-1", **keys)  # type: ignore[call-overload]  # the stubs list services by literal names

    return make


def test_a_long_poll_is_answered_as_soon_as_there_is_a_message(up: Platform):
    sqs = up.client("sqs")
    url = sqs.create_queue(QueueName="polled")["QueueUrl"]
    answers: list[tuple[float, dict[str, Any]]] = []

    def poll() -> None:
        answer = up.client("sqs").receive_message(
            QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
        )
        answers.append((time.monotonic(), answer))

    poller = threading.Thread(target=poll)
    poller.start()
    attributes = {"kind": {"DataType": "String", "StringValue": "parcel"}}
    time.sleep(0.2)  # so that it waits already
    sent_at = time.monotonic()
    sent = sqs.send_message(QueueUrl=url, MessageBody="grüße", MessageAttributes=attributes)
    poller.join()

    [(came_at, answer)] = answers
    [message] = answer["Messages"]
    assert (message["Body"], message["MessageId"]) == ("grüße", sent["MessageId"])
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["MessageAttributes"]["kind"]["StringValue"] == "parcel"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert came_at - sent_at < 2


def test_an_event_on_the_bus_arrives_in_the_queue_of_its_rule(up: Platform):
    events, sqs = up.client("events"), up.client("sqs")
    entry = {"EventBusName": "small", "Source": "case", "DetailType": "Case"}
    entries = [{**entry, "Detail": json.dumps({"n": n})} for n in range(3)] + [{**entry, "Detail": "no JSON"}]

    answer = events.put_events(Entries=entries)

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][3]["ErrorCode"] == "MalformedDetail"
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    came: list[int] = []
    until = time.monotonic() + PATIENCE
    while len(came) < 3 and time.monotonic() < until:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
        came += [json.loads(message["Body"])["detail"]["n"] for message in answer.get("Messages", ())]
    assert sorted(came) == [0, 1, 2]


def test_paginators_bring_every_page(up: Platform):
    dynamodb, s3, sqs = up.client("dynamodb"), up.client("s3"), up.client("sqs")
    names = [f"paged-{n}" for n in range(5)]
    s3.create_bucket(Bucket="paged")
    for name in names:
        dynamodb.put_item(TableName="things", Item={"id": {"S": name}})
        s3.put_object(Bucket="paged", Key=name, Body=b"")
        sqs.create_queue(QueueName=name)

    scans = list(dynamodb.get_paginator("scan").paginate(TableName="things", PaginationConfig={"PageSize": 2}))
    lists = list(s3.get_paginator("list_objects_v2").paginate(Bucket="paged", PaginationConfig={"PageSize": 2}))
    queues = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="paged-", PaginationConfig={"PageSize": 2})
    functions = up.client("lambda").get_paginator("list_functions").paginate()
    stacks = up.client("cloudformation").get_paginator("describe_stacks").paginate()

    assert {item["id"]["S"] for page in scans for item in page["Items"]} >= set(names)
    assert len(scans) >= 3
    assert [one["Key"] for page in lists for one in page["Contents"]] == names
    assert len(lists) == 3
    assert [url.rpartition("/")[2] for page in queues for url in page["QueueUrls"]] == names
    assert [one["FunctionName"] for page in functions for one in page["Functions"]] == ["writer"]
    assert {one["StackStatus"] for page in stacks for one in page["Stacks"]} == {"CREATE_COMPLETE"}


def test_waiters_end_when_what_they_wait_for_is_there(up: Platform):
    dynamodb, s3, kinesis = up.client("dynamodb"), up.client("s3"), up.client("kinesis")
    fast = {"Delay": 1, "MaxAttempts": 15}

    dynamodb.create_table(
        TableName="waited",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="waited", WaiterConfig=fast)
    kinesis.create_stream(StreamName="waited", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="waited", WaiterConfig=fast)
    s3.create_bucket(Bucket="waited")
    s3.get_waiter("bucket_exists").wait(Bucket="waited", WaiterConfig=fast)
    up.client("lambda").get_waiter("function_active_v2").wait(FunctionName="writer", WaiterConfig=fast)
    s3.delete_bucket(Bucket="waited")
    s3.get_waiter("bucket_not_exists").wait(Bucket="waited", WaiterConfig=fast)

    assert dynamodb.describe_table(TableName="waited")["Table"]["TableStatus"] == "ACTIVE"
    assert kinesis.describe_stream_summary(StreamName="waited")["StreamDescriptionSummary"]["OpenShardCount"] == 1


def test_resources_work_on_tables_queues_and_topics(resource: Any):
    table = resource("dynamodb").Table("things")
    with table.batch_writer() as batch:
        for n in range(30):
            batch.put_item(Item={"id": f"batch-{n}", "n": n, "tags": {"even", "odd"}})
    queue = resource("sqs").create_queue(QueueName="resourceful")
    topic = resource("sns").create_topic(Name="resourceful")
    topic.subscribe(Protocol="sqs", Endpoint=queue.attributes["QueueArn"], Attributes={"RawMessageDelivery": "true"})
    queue.set_attributes(
        Attributes={
            "Policy": json.dumps(
                {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": queue.attributes["QueueArn"],
                        }
                    ]
                }
            )
        }
    )

    topic.publish(Message="hello")

    [message] = queue.receive_messages(WaitTimeSeconds=10)
    assert message.body == "hello"
    assert message.delete()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert table.query(KeyConditionExpression=Key("id").eq("batch-7"))["Items"] == [
        {"id": "batch-7", "n": 7, "tags": {"even", "odd"}}
    ]
    assert table.scan(FilterExpression=Attr("n").between(10, 12))["Count"] == 3


def test_large_files_go_up_in_parts_and_come_back_whole(resource: Any, tmp_path: Path):
    """boto3's transfers: parts of 8 MB, in threads, with checksums in trailers of chunked bodies."""
    written, read = tmp_path / "written", tmp_path / "read"
    written.write_bytes(bytes(range(256)) * 80_000)  # 20 MB
    bucket = resource("s3").create_bucket(Bucket="large")

    bucket.upload_file(str(written), "file")
    bucket.download_file("file", str(read))

    assert read.read_bytes() == written.read_bytes()
    assert bucket.Object("file").e_tag.endswith('-3"')
    assert bucket.Object("file").get(Range="bytes=255-258")["Body"].read() == b"\xff\x00\x01\x02"


def test_a_presigned_address_needs_no_client(up: Platform):
    s3 = up.client("s3")
    s3.create_bucket(Bucket="signed")
    where = {"Bucket": "signed", "Key": "a b/ü.txt"}

    put = urllib.request.Request(s3.generate_presigned_url("put_object", Params=where), b"text", method="PUT")  # noqa: S310 - its own address
    with urllib.request.urlopen(put, timeout=PATIENCE) as answer:  # noqa: S310 - as above
        assert answer.status == 200
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params=where), timeout=PATIENCE) as answer:  # noqa: S310 - as above
        assert answer.read() == b"text"

    assert [one["Key"] for one in s3.list_objects_v2(Bucket="signed")["Contents"]] == ["a b/ü.txt"]


def test_a_function_runs_and_its_last_lines_come_with_the_answer(up: Platform):
    answer = up.client("lambda").invoke(FunctionName="writer", Payload=json.dumps({"id": "invoked"}), LogType="Tail")

    assert json.load(answer["Payload"]) == {"wrote": "invoked"}
    assert b"REPORT RequestId: " in base64.b64decode(answer["LogResult"])
    item = up.client("dynamodb").get_item(TableName="things", Key={"id": {"S": "invoked"}})["Item"]
    assert item["by"] == {"S": "writer"}


def test_a_stream_gives_back_what_was_put_to_readers_and_to_subscribers(up: Platform):
    kinesis = up.client("kinesis")
    kinesis.create_stream(StreamName="read", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="read", WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName="read")["StreamDescriptionSummary"]["StreamARN"]
    kinesis.put_records(StreamName="read", Records=[{"Data": b"\x00\xff", "PartitionKey": "k"}])
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="fan")["Consumer"]["ConsumerARN"]
    until = time.monotonic() + PATIENCE
    while (
        kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] != "ACTIVE"
        and time.monotonic() < until
    ):
        time.sleep(0.1)

    place = {"ShardId": "shardId-000000000000"}
    iterator = kinesis.get_shard_iterator(StreamName="read", ShardIteratorType="TRIM_HORIZON", **place)["ShardIterator"]
    read = kinesis.get_records(ShardIterator=iterator)["Records"]
    start = {"Type": "TRIM_HORIZON"}
    events = kinesis.subscribe_to_shard(ConsumerARN=consumer, StartingPosition=start, **place)["EventStream"]
    pushed = next(iter(events))["SubscribeToShardEvent"]["Records"]
    events.close()

    assert [one["Data"] for one in read] == [one["Data"] for one in pushed] == [b"\x00\xff"]
    assert read[0]["ApproximateArrivalTimestamp"] == pushed[0]["ApproximateArrivalTimestamp"]


MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:none"


@pytest.mark.parametrize(
    ("service", "operation", "params", "error"),
    [
        ("sqs", "get_queue_url", {"QueueName": "none"}, "QueueDoesNotExist"),
        ("sns", "get_topic_attributes", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none"}, "NotFoundException"),
        ("dynamodb", "describe_table", {"TableName": "none"}, "ResourceNotFoundException"),
        ("lambda", "get_function", {"FunctionName": "none"}, "ResourceNotFoundException"),
        ("events", "describe_rule", {"Name": "none"}, "ResourceNotFoundException"),
        ("pipes", "describe_pipe", {"Name": "none"}, "NotFoundException"),
        ("scheduler", "get_schedule", {"Name": "none"}, "ResourceNotFoundException"),
        ("s3", "get_object", {"Bucket": "objects", "Key": "none"}, "NoSuchKey"),
        ("ssm", "get_parameter", {"Name": "none"}, "ParameterNotFound"),
        ("secretsmanager", "get_secret_value", {"SecretId": "none"}, "ResourceNotFoundException"),
        ("stepfunctions", "describe_state_machine", {"stateMachineArn": MACHINE}, "StateMachineDoesNotExist"),
        ("iam", "get_role", {"RoleName": "none"}, "NoSuchEntityException"),
    ],
)
def test_what_is_not_there_raises_the_exception_of_its_service(
    up: Platform, service: str, operation: str, params: dict[str, Any], error: str
):
    client = up.client(service)

    with pytest.raises(getattr(client.exceptions, error)) as refused:
        getattr(client, operation)(**params)

    assert isinstance(refused.value, ClientError)
    assert refused.value.response["Error"]["Message"]

"""What a pipe delivers to, and what it asks before: EventBridge user guide, "Amazon EventBridge Pipes targets"."""

import json

from tests.delivery.aws import Aws
from tests.delivery.pipes import bus_arn, bus_queue, pipe, stream_records, telling, template

# Event buses


def test_the_payload_becomes_the_detail_of_an_event_with_source_and_detail_type_of_its_parameters(aws: Aws):
    """… "EventBridge event bus target specifics", and PipeTargetEventBridgeEventBusParameters."""
    source, bus = aws.queue(), aws.bus()
    target = bus_queue(aws, bus)
    pipe(
        aws,
        source.arn,
        bus_arn(aws, bus),
        TargetParameters={
            "InputTemplate": '{"order": <$.body.order>}',
            "EventBridgeEventBusParameters": {
                "Source": "omnibus.orders",
                "DetailType": "$.body.type",
                "Resources": ["$.body.arn", "arn:aws:s3:::constant"],
                "Time": "$.body.at",
            },
        },
    )
    body = {"order": 1, "type": "OrderPlaced.v1", "arn": "arn:aws:s3:::dynamic", "at": "2026-01-01T12:34:56Z"}
    source.send(json.dumps(body))
    aws.idle()

    (event,) = target.documents()
    assert (event["source"], event["detail-type"], event["detail"]) == (
        "omnibus.orders",
        "OrderPlaced.v1",
        {"order": 1},
    )
    assert event["resources"] == ["arn:aws:s3:::dynamic", "arn:aws:s3:::constant"]
    assert event["time"] == "2026-01-01T12:34:56Z"


def test_only_the_part_of_a_batch_that_the_target_refused_is_retried(aws: Aws):
    """… "Partial batch failure": a detail that is no JSON object is refused by the bus, entry by entry."""
    source, bus = aws.queue(VisibilityTimeout="30"), aws.bus()
    target = bus_queue(aws, bus)
    for detail in ('{"n": 1}', "no object", '{"n": 3}'):
        source.send(json.dumps({"detail": detail}))
    pipe(aws, source.arn, bus_arn(aws, bus), **template("<$.body.detail>"))
    aws.wait(100)

    assert sorted(event["detail"]["n"] for event in target.documents()) == [1, 3]


def test_an_event_without_the_value_of_a_dynamic_path_is_left_behind_and_its_neighbours_go(aws: Aws):
    """… "Dynamic path parameters", and partial batch failure."""
    source, target = aws.queue(), aws.stream()
    for body in ({"key": "a"}, {"no": "key"}, {"key": "c"}):
        source.send(json.dumps(body))
    pipe(aws, source.arn, target, TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.body.key"}})
    aws.idle()

    assert [record["PartitionKey"] for record in stream_records(aws, target)] == ["a", "c"]


# Queues, topics, streams


def test_a_fifo_queue_gets_group_and_deduplication_ids_by_dynamic_path(aws: Aws):
    """Pipes API reference, PipeTargetSqsQueueParameters."""
    source, target = aws.queue(), aws.queue(FifoQueue="true")
    parameters = {"MessageGroupId": "$.body.customer", "MessageDeduplicationId": "$.body.id"}
    pipe(
        aws,
        source.arn,
        target.arn,
        TargetParameters={"InputTemplate": "<$.body.n>", "SqsQueueParameters": parameters},
    )
    for number, id_ in ((1, "x"), (2, "x"), (3, "y")):
        source.send(json.dumps({"n": number, "id": id_, "customer": "c"}))
        aws.idle()

    received = target.drain()
    assert [message["Body"] for message in received] == ["1", "3"]
    assert {message["Attributes"]["MessageGroupId"] for message in received} == {"c"}


def test_a_topic_gets_a_message_for_each_event(aws: Aws):
    """… "Supported batchable targets"."""
    source, topic, target = aws.queue(), aws.topic(), aws.queue()
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=target.arn, Attributes={"RawMessageDelivery": "true"}
    )
    for number in range(12):
        source.send(json.dumps({"n": number}))
    pipe(aws, source.arn, topic, **template("<$.body.n>"))
    aws.idle()

    assert sorted(map(int, target.bodies())) == list(range(12))


def test_a_firehose_stream_gets_a_record_for_each_event(aws: Aws):
    """… "Supported batchable targets"."""
    source, bucket, firehose = aws.queue(), aws.bucket(), aws.client("firehose")
    destination = {
        "RoleARN": aws.role(),
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 1},
    }
    created = firehose.create_delivery_stream(
        DeliveryStreamName=aws.name(), ExtendedS3DestinationConfiguration=destination
    )
    aws.wait(60)
    pipe(aws, source.arn, created["DeliveryStreamARN"], **template("<$.body.n>;"))
    for number in (1, 2):
        source.send(json.dumps({"n": number}))
        aws.idle()
    aws.wait(120)

    s3 = aws.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
    assert [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys] == [b"1;2;"]


# Functions


def test_a_function_gets_an_array_even_of_one_event(aws: Aws):
    """… "Lambda functions and Step Functions workflow target specifics"."""
    source, seen = aws.queue(), aws.queue()
    pipe(aws, source.arn, telling(aws, seen), **template("<$.body.n>"))
    source.send('{"n": 1}')
    aws.idle()

    assert seen.documents() == [[1]]


FORGETFUL = """
import os
import boto3

def handler(events, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="called")
    raise ValueError("nobody hears this")
"""


def test_a_function_invoked_to_fire_and_forget_fails_without_the_pipe_s_knowledge(aws: Aws):
    """… "Invoking targets": EventBridge doesn't wait for a response before proceeding; Lambda retries by itself."""
    dead = aws.queue()
    source = aws.queue(RedrivePolicy={"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}, VisibilityTimeout="10")
    seen = aws.queue()
    parameters = {"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}}
    pipe(aws, source.arn, telling(aws, seen, FORGETFUL), TargetParameters=parameters)
    source.send("a")
    aws.wait(600)

    assert len(seen.bodies()) == 3
    assert (source.bodies(), dead.bodies()) == ([], [])


SLOW = """
import os
import time
import boto3

def handler(events, context):
    time.sleep(20)
"""


def test_messages_stay_in_flight_while_the_function_runs(aws: Aws):
    """… "EventBridge polls the queue and invokes your pipe synchronously"."""
    source = aws.queue(VisibilityTimeout="120")
    pipe(aws, source.arn, aws.function_arn(aws.function(SLOW, Timeout=60)))
    source.send("a")
    aws.wait(10)
    sqs, names = aws.client("sqs"), ["ApproximateNumberOfMessagesNotVisible"]
    during = sqs.get_queue_attributes(QueueUrl=source.url, AttributeNames=names)["Attributes"]
    aws.wait(20)
    after = sqs.get_queue_attributes(QueueUrl=source.url, AttributeNames=names)["Attributes"]

    assert (during[names[0]], after[names[0]]) == ("1", "0")


# Logs, state machines


def test_the_payload_is_the_message_in_a_log_stream_with_the_timestamp_of_its_path(aws: Aws):
    """… "CloudWatch Logs group target specifics"."""
    source, logs, group = aws.queue(), aws.client("logs"), f"/pipes/{aws.name()}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="here")
    (described,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    parameters = {"LogStreamName": "here", "Timestamp": "$.body.at"}
    at = int(aws.now()) * 1000
    for number, instant in ((2, at + 5), (1, at)):
        source.send(json.dumps({"n": number, "at": str(instant)}))
    pipe(
        aws,
        source.arn,
        described["arn"].removesuffix(":*"),
        TargetParameters={"InputTemplate": '{"n": <$.body.n>}', "CloudWatchLogsParameters": parameters},
    )
    aws.idle()

    events = logs.get_log_events(logGroupName=group, logStreamName="here", startFromHead=True)["events"]
    assert [(event["timestamp"], json.loads(event["message"])) for event in events] == [
        (at, {"n": 1}),
        (at + 5, {"n": 2}),
    ]


def test_a_state_machine_is_started_with_the_batch_as_its_input(aws: Aws):
    """… "Lambda functions and Step Functions workflow target specifics": FIRE_AND_FORGET, StartExecution."""
    source, states = aws.queue(), aws.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = states.create_state_machine(name=aws.name(), definition=json.dumps(definition), roleArn=aws.role())
    for number in (1, 2):
        source.send(json.dumps({"n": number}))
    pipe(
        aws,
        source.arn,
        machine["stateMachineArn"],
        TargetParameters={
            "InputTemplate": '{"n": <$.body.n>}',
            "StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"},
        },
    )
    aws.idle()

    (execution,) = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == [{"n": 1}, {"n": 2}]

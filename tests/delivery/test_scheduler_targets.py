"""What schedules send, and to whom."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.schedules import in_seconds, schedule, to

# User guide, "Adding context attributes"; "Using templated targets"; "Using universal targets".


def test_each_context_attribute_in_the_input_is_replaced_by_its_value(aws: Aws):
    queue = aws.queue()
    names = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    text = json.dumps({name: f"<aws.scheduler.{name}>" for name in names})
    due = datetime.fromtimestamp(aws.now() + 60, UTC)
    name = schedule(aws, in_seconds(aws, 60), to(queue, text))

    aws.wait(180)

    [said] = queue.documents()
    assert said["schedule-arn"].endswith(f":schedule/default/{name}")
    assert said["scheduled-time"] == f"{due:%Y-%m-%dT%H:%M:%SZ}"
    assert said["attempt-number"] == "1"
    assert said["execution-id"]


def test_without_an_input_the_target_gets_a_default_notification(aws: Aws):
    queue = aws.queue()
    name = schedule(aws, in_seconds(aws, 60), {"Arn": queue.arn})

    aws.wait(180)

    [said] = queue.documents()
    assert (said["source"], said["detail-type"], said["detail"]) == ("aws.scheduler", "Scheduled Event", "{}")
    assert said["resources"][0].endswith(f":schedule/default/{name}")


def test_a_message_to_a_fifo_queue_has_the_group_of_the_sqs_parameters(aws: Aws):
    queue = aws.queue(FifoQueue="true", ContentBasedDeduplication="true")
    schedule(aws, in_seconds(aws, 60), to(queue, SqsParameters={"MessageGroupId": "one"}))

    aws.wait(180)

    [message] = queue.receive()
    assert message["Attributes"]["MessageGroupId"] == "one"


def test_put_events_has_the_source_and_detail_type_of_its_parameters(aws: Aws):
    events, queue = aws.client("events"), aws.queue()
    bus, rule = aws.bus(), aws.name()
    events.put_rule(Name=rule, EventBusName=bus, EventPattern='{"source": ["case.clock"]}')
    events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue.arn}])
    arn = events.describe_event_bus(Name=bus)["Arn"]
    target = {
        "Arn": arn,
        "Input": '{"n": 1}',
        "EventBridgeParameters": {"Source": "case.clock", "DetailType": "Ticked"},
    }
    schedule(aws, in_seconds(aws, 60), target)

    aws.wait(180)

    [event] = queue.documents()
    assert (event["source"], event["detail-type"], event["detail"]) == ("case.clock", "Ticked", {"n": 1})


def test_a_topic_is_published_to(aws: Aws):
    topic, queue = aws.topic(), aws.queue()
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )
    schedule(aws, in_seconds(aws, 60), {"Arn": topic, "Input": "tick"})

    aws.wait(180)

    assert queue.bodies() == ["tick"]


def test_a_record_is_put_into_a_stream_under_the_partition_key(aws: Aws):
    stream, kinesis = aws.stream(), aws.client("kinesis")
    schedule(aws, in_seconds(aws, 60), {"Arn": stream, "Input": "tick", "KinesisParameters": {"PartitionKey": "clock"}})

    aws.wait(180)

    shard = kinesis.list_shards(StreamARN=stream)["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamARN=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    [record] = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert (record["Data"], record["PartitionKey"]) == (b"tick", "clock")


def test_a_function_is_invoked_with_the_input(aws: Aws):
    queue = aws.queue()
    source = f"""
import json

import boto3


def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl="{queue.url}", MessageBody=json.dumps(event))
"""
    arn = aws.function_arn(aws.function(source))
    schedule(aws, in_seconds(aws, 60), {"Arn": arn, "Input": '{"n": 1}'})

    aws.wait(180)

    assert queue.documents() == [{"n": 1}]


def test_a_universal_target_calls_the_operation_with_its_input_as_parameters(aws: Aws):
    queue = aws.queue()
    text = json.dumps({"MessageBody": "at <aws.scheduler.scheduled-time>", "QueueUrl": queue.url})
    due = datetime.fromtimestamp(aws.now() + 60, UTC)
    schedule(aws, in_seconds(aws, 60), {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": text})

    aws.wait(180)

    assert queue.bodies() == [f"at {due:%Y-%m-%dT%H:%M:%SZ}"]


def test_a_universal_target_is_named_by_the_identifier_of_the_sdk(aws: Aws):
    events, queue = aws.client("events"), aws.queue()
    events.put_rule(Name="case-sdk", EventPattern='{"source": ["case.sdk"]}')
    events.put_targets(Rule="case-sdk", Targets=[{"Id": "queue", "Arn": queue.arn}])
    entry = {"Source": "case.sdk", "DetailType": "Ticked", "Detail": "{}"}
    text = json.dumps({"Entries": [entry]})
    schedule(aws, in_seconds(aws, 60), {"Arn": "arn:aws:scheduler:::aws-sdk:eventbridge:putEvents", "Input": text})

    aws.wait(180)

    assert [event["detail-type"] for event in queue.documents()] == ["Ticked"]


@pytest.mark.parametrize("action", ["sqs:getQueueUrl", "sqs:receiveMessage", "dynamodb:scan"])
def test_read_only_actions_are_not_supported_as_universal_targets(aws: Aws, action: str):
    with pytest.raises(ClientError, match="ValidationException"):
        schedule(aws, "rate(1 hour)", {"Arn": f"arn:aws:scheduler:::aws-sdk:{action}", "Input": "{}"})


def test_the_input_of_a_lambda_target_must_be_a_well_formed_json(aws: Aws):
    function = aws.role().replace(":iam:", ":lambda:us-east-1").replace(":role/", ":function:")
    with pytest.raises(ClientError, match="well-formed JSON"):
        schedule(aws, "rate(1 hour)", {"Arn": function, "Input": "no json"})


def test_a_retry_policy_outside_its_limits_is_refused(aws: Aws):
    """API reference, RetryPolicy."""
    with pytest.raises(ClientError, match="less than or equal to 185"):
        schedule(aws, "rate(1 hour)", to(aws.queue(), RetryPolicy={"MaximumRetryAttempts": 186}))


def test_an_execution_of_a_state_machine_is_started_with_the_input(aws: Aws):
    states = aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}})
    arn = states.create_state_machine(name=aws.name(), definition=definition, roleArn=aws.role())["stateMachineArn"]
    schedule(aws, in_seconds(aws, 60), {"Arn": arn, "Input": '{"n": 1}'})

    aws.wait(180)

    [execution] = states.list_executions(stateMachineArn=arn)["executions"]
    assert json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"]) == {"n": 1}

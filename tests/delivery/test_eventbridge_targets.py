"""Targets (user guide, "Event bus targets in Amazon EventBridge")."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.rules import Rule

OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
FORWARD = """
import json, os, boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["PROBE"], MessageBody=json.dumps(event))
"""


def test_a_function_is_invoked_with_the_event(aws: Aws):
    """Lambda developer guide, "Invoke a Lambda function on EventBridge events": asynchronously, the event its input."""
    probe, rule = aws.queue(), Rule(aws)
    name = aws.function(FORWARD, Environment={"Variables": {"PROBE": probe.url}})
    aws.client("lambda").add_permission(
        FunctionName=name,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule.arn,
    )
    rule.target(aws.function_arn(name))

    rule.put({"order": 1})

    (event,) = probe.documents()
    assert event["detail"] == {"order": 1}


def test_a_fifo_queue_with_content_based_deduplication_takes_events_in_the_targets_group(aws: Aws):
    """User guide, "Event bus targets": a FIFO queue "must have content-based deduplication enabled"."""
    rule, queue = Rule(aws), aws.queue(FifoQueue="true", ContentBasedDeduplication="true")
    rule.target(queue.arn, SqsParameters={"MessageGroupId": "orders"})

    rule.put({"order": 1})

    (message,) = queue.receive()
    assert message["Attributes"]["MessageGroupId"] == "orders"


def test_a_fifo_queue_needs_a_message_group(aws: Aws):
    """API reference, SqsParameters."""
    rule, queue = Rule(aws), aws.queue(FifoQueue="true")

    with pytest.raises(ClientError, match=r"Parameter\(s\) SqsParameters must be specified for target"):
        rule.target(queue.arn)


def test_a_topic_passes_the_event_to_its_subscribers(aws: Aws):
    """User guide, "Event bus targets": Amazon SNS topic."""
    rule, topic, queue = Rule(aws), aws.topic(Policy=json.dumps(OPEN)), aws.queue()
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )
    rule.target(topic)

    rule.put({"order": 1})

    (event,) = queue.documents()
    assert event["detail"] == {"order": 1}


def test_a_stream_takes_the_event_by_its_id_unless_a_path_says_otherwise(aws: Aws):
    """API reference, KinesisParameters: "If you do not include this parameter, the default is to use the eventId"."""
    rule, stream, kinesis = Rule(aws), aws.stream(), aws.client("kinesis")
    rule.target(stream, RoleArn=aws.role())

    result = rule.put({"order": 1})

    (shard,) = kinesis.list_shards(StreamARN=stream)["Shards"]
    start = kinesis.get_shard_iterator(StreamARN=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    (record,) = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    assert record["PartitionKey"] == result["EventId"]
    assert json.loads(record["Data"])["detail"] == {"order": 1}


def test_a_state_machine_starts_with_the_event_as_its_input(aws: Aws):
    """Step Functions developer guide, "Starting a state machine with EventBridge"."""
    rule, states = Rule(aws), aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    machine = states.create_state_machine(name=aws.name(), definition=definition, roleArn=aws.role())
    rule.target(machine["stateMachineArn"], RoleArn=aws.role())

    rule.put({"order": 1})
    rule.put({"order": 1})

    first, second = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    input_ = json.loads(states.describe_execution(executionArn=first["executionArn"])["input"])
    assert input_["detail"] == {"order": 1}
    assert first["name"] != second["name"]


@pytest.mark.parametrize("service", ["states", "kinesis"])
def test_a_target_that_is_reached_by_a_role_needs_one(aws: Aws, service: str):
    """API reference, PutTargets: for these "EventBridge relies on IAM roles that you specify in the RoleARN"."""
    rule = Rule(aws)
    account = rule.arn.split(":")[4]
    arns = {"states": "stateMachine:m", "kinesis": "stream/s"}

    with pytest.raises(ClientError, match=f"RoleArn is required for target arn:aws:{service}"):
        rule.target(f"arn:aws:{service}:us-east-1:{account}:{arns[service]}")


def test_a_log_group_logs_the_event(aws: Aws):
    """User guide, "Tutorial: Log the state of an Amazon EC2 instance using EventBridge": a log group as a target."""
    assert [json.loads(message)["detail"] for message in logged(aws)] == [{"order": 1}]


def test_a_log_event_may_be_transformed_to_a_time_and_a_message(aws: Aws):
    """AWS CDK, "CloudWatchLogGroup": the one form of input that a log group takes."""
    paths, template = {"at": "$.time", "what": "$.detail-type"}, '{"timestamp": <at>, "message": <what>}'

    assert logged(aws, InputTransformer={"InputPathsMap": paths, "InputTemplate": template}) == ["OrderPlaced"]


def logged(aws: Aws, **more: Any) -> list[str]:
    """What a log group logs of one event."""
    logs, rule = aws.client("logs"), Rule(aws)
    group = f"/aws/events/{aws.name()}"
    logs.create_log_group(logGroupName=group)
    account = rule.arn.split(":")[4]
    rule.target(f"arn:aws:logs:us-east-1:{account}:log-group:{group}", **more)
    rule.put({"order": 1})
    return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


def test_another_bus_receives_the_event_as_it_was(aws: Aws):
    """User guide, "Sending events between event buses in the same account and Region"."""
    sender, receiver = Rule(aws), Rule(aws)
    queue = receiver.queue()
    sender.target(bus_arn(aws, receiver.bus), RoleArn=aws.role())

    result = sender.put({"order": 1})

    (event,) = queue.documents()
    assert (event["id"], event["detail"]) == (result["EventId"], {"order": 1})


def test_an_event_from_another_bus_is_not_routed_to_a_third(aws: Aws):
    """The same page: "EventBridge can't route events received from a sender event bus to a third event bus"."""
    first, second, third = Rule(aws), Rule(aws), Rule(aws)
    queue, last = second.queue(), third.queue()
    first.target(bus_arn(aws, second.bus), RoleArn=aws.role())
    second.target(bus_arn(aws, third.bus), RoleArn=aws.role())

    first.put()

    assert len(queue.bodies()) == 1
    assert last.bodies() == []


def bus_arn(aws: Aws, name: str) -> str:
    return str(aws.client("events").describe_event_bus(Name=name)["Arn"])

"""Amazon EventBridge Scheduler, a case per documented sentence."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws, Queue

OFF = {"Mode": "OFF"}


def schedule(aws: Aws, expression: str, target: dict[str, Any], **more: Any) -> str:
    """The name of a schedule of one target; `more` are CreateSchedule's other parameters."""
    name = aws.name()
    given = {"FlexibleTimeWindow": OFF, "Target": {"RoleArn": aws.role(), **target}} | more
    aws.client("scheduler").create_schedule(Name=name, ScheduleExpression=expression, **given)
    return name


def to(queue: Queue, text: str = "due", **more: Any) -> dict[str, Any]:
    return {"Arn": queue.arn, "Input": text, **more}


def in_seconds(aws: Aws, seconds: float) -> str:
    """An at expression of that instant."""
    return f"at({datetime.fromtimestamp(aws.now() + seconds, UTC):%Y-%m-%dT%H:%M:%S})"


def exists(aws: Aws, name: str) -> bool:
    return name in [each["Name"] for each in aws.client("scheduler").list_schedules()["Schedules"]]


# Scheduler user guide, "Schedule types in EventBridge Scheduler".


def test_a_one_time_schedule_invokes_its_target_only_once(aws: Aws):
    queue = aws.queue()
    schedule(aws, in_seconds(aws, 120), to(queue))

    aws.wait(119)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]
    aws.wait(600)
    assert queue.bodies() == []


def test_without_a_start_date_a_rate_based_schedule_starts_invoking_the_target_immediately(aws: Aws):
    queue = aws.queue()
    schedule(aws, "rate(5 minutes)", to(queue))

    aws.wait(59)
    assert queue.bodies() == ["due"]
    aws.wait(15 * 60)
    assert queue.bodies() == ["due", "due", "due"]


def test_the_start_date_sets_the_first_occurrence_of_a_rate_based_schedule(aws: Aws):
    queue = aws.queue()
    start = datetime.fromtimestamp(aws.now() + 600, UTC)
    schedule(aws, "rate(1 hour)", to(queue), StartDate=start)

    aws.wait(599)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]


def test_a_recurring_schedule_runs_until_its_end_date(aws: Aws):
    queue = aws.queue()
    end = datetime.fromtimestamp(aws.now() + 150, UTC)
    schedule(aws, "rate(1 minute)", to(queue), EndDate=end)

    aws.wait(3600)

    assert queue.bodies() == ["due", "due", "due"]


def test_a_one_time_schedule_ignores_the_start_date_and_end_date(aws: Aws):
    queue = aws.queue()
    day = datetime.fromtimestamp(aws.now() + 86_400, UTC)
    schedule(aws, in_seconds(aws, 60), to(queue), StartDate=day, EndDate=day + timedelta(days=1))

    aws.wait(180)

    assert queue.bodies() == ["due"]


def test_the_expression_is_evaluated_in_the_time_zone_of_the_schedule(aws: Aws):
    queue = aws.queue()
    now = datetime.fromtimestamp(aws.now(), UTC)
    today = now.replace(hour=18, minute=30, second=0, microsecond=0)
    due = today if today > now else today + timedelta(days=1)
    schedule(aws, "cron(0 0 * * ? *)", to(queue), ScheduleExpressionTimezone="Asia/Kolkata")

    aws.wait((due - now).total_seconds() - 1)
    assert queue.bodies() == []
    aws.wait(61)
    assert queue.bodies() == ["due"]


@pytest.mark.parametrize(
    "expression",
    ["cron(0 1 * * * *)", "cron(71 8 1 * ? *)", "rate(10 seconds)", "at(2021-12-31)", "every(5 minutes)"],
)
def test_an_invalid_schedule_expression_is_refused(aws: Aws, expression: str):
    with pytest.raises(ClientError) as refused:
        schedule(aws, expression, to(aws.queue()))

    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": f"Invalid Schedule Expression {expression}.",
    }


def test_a_recurring_schedule_cannot_have_started_earlier_than_five_minutes_ago(aws: Aws):
    with pytest.raises(ClientError, match="cannot be earlier than 5 minutes ago"):
        schedule(aws, "rate(1 hour)", to(aws.queue()), StartDate=datetime.fromtimestamp(aws.now() - 400, UTC))


def test_a_flexible_schedule_is_invoked_within_its_window(aws: Aws):
    """User guide, "Configuring flexible time windows"."""
    queue = aws.queue()
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    schedule(aws, in_seconds(aws, 60), to(queue), FlexibleTimeWindow=window)

    aws.wait(60 + 15 * 60 + 60)

    assert queue.bodies() == ["due"]


def test_a_disabled_schedule_does_not_invoke_its_target_until_it_is_enabled(aws: Aws):
    """User guide, "Changing the schedule state"."""
    queue = aws.queue()
    name = schedule(aws, "rate(1 minute)", to(queue), State="DISABLED")
    aws.wait(180)
    assert queue.bodies() == []

    found = aws.client("scheduler").get_schedule(Name=name)
    given = {key: found[key] for key in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    aws.client("scheduler").update_schedule(**given, State="ENABLED")
    aws.wait(59)

    assert queue.bodies() == ["due"]


def test_an_update_sets_what_it_leaves_out_to_the_default(aws: Aws):
    """API reference, UpdateSchedule."""
    scheduler, queue = aws.client("scheduler"), aws.queue()
    name = schedule(
        aws, "rate(1 hour)", to(queue), Description="hourly", State="DISABLED", ScheduleExpressionTimezone="Asia/Tokyo"
    )

    scheduler.update_schedule(
        Name=name,
        ScheduleExpression="rate(2 hours)",
        FlexibleTimeWindow=OFF,
        Target={"RoleArn": aws.role(), "Arn": queue.arn},
    )

    found = scheduler.get_schedule(Name=name)
    assert found["ScheduleExpression"] == "rate(2 hours)"
    assert (found["State"], found["ScheduleExpressionTimezone"]) == ("ENABLED", "UTC")
    assert "Description" not in found


def test_a_schedule_that_was_deleted_invokes_nothing(aws: Aws):
    queue = aws.queue()
    name = schedule(aws, in_seconds(aws, 60), to(queue))

    aws.client("scheduler").delete_schedule(Name=name)
    aws.wait(180)

    assert queue.bodies() == []


# User guide, "Deleting a schedule", deletion after schedule completion.


def test_a_one_time_schedule_is_deleted_after_it_has_invoked_its_target_once(aws: Aws):
    queue = aws.queue()
    name = schedule(aws, in_seconds(aws, 60), to(queue), ActionAfterCompletion="DELETE")
    assert exists(aws, name)

    aws.wait(180)

    assert queue.bodies() == ["due"]
    assert not exists(aws, name)


def test_a_recurring_schedule_is_deleted_after_the_invocation_closest_to_its_end_date(aws: Aws):
    queue = aws.queue()
    end = datetime.fromtimestamp(aws.now() + 90, UTC)
    name = schedule(aws, "rate(1 minute)", to(queue), EndDate=end, ActionAfterCompletion="DELETE")

    aws.wait(300)

    assert queue.bodies() == ["due", "due"]
    assert not exists(aws, name)


def test_a_completed_schedule_that_does_not_delete_itself_stays(aws: Aws):
    name = schedule(aws, in_seconds(aws, 60), to(aws.queue()))

    aws.wait(180)

    assert exists(aws, name)


# User guide, "Configuring a schedule's dead-letter queue"; API reference, RetryPolicy.


def test_the_dead_letter_event_says_what_failed_and_why(aws: Aws):
    dead = aws.queue()
    missing = dead.arn + "-missing"
    target = {
        "Arn": missing,
        "Input": "lost",
        "RetryPolicy": {"MaximumRetryAttempts": 0},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    name = schedule(aws, in_seconds(aws, 60), target)

    aws.wait(180)

    [message] = dead.drain()
    said = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert message["Body"] == "lost"
    assert said["ERROR_CODE"].endswith("NonExistentQueue") or said["ERROR_CODE"] == "QueueDoesNotExist"
    assert said["ERROR_MESSAGE"]
    assert said["EXECUTION_ID"]
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert said["IS_PAYLOAD_TRUNCATED"] == "false"
    assert said["RETRY_ATTEMPTS"] == "0"
    assert said["SCHEDULED_TIME"].endswith("Z")
    assert said["SCHEDULE_ARN"].endswith(f":schedule/default/{name}")
    assert said["TARGET_ARN"] == missing


def test_retries_go_on_until_the_maximum_number_of_attempts_is_made(aws: Aws):
    dead = aws.queue()
    target = {
        "Arn": dead.arn + "-missing",
        "RetryPolicy": {"MaximumRetryAttempts": 3},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    schedule(aws, in_seconds(aws, 60), target)

    aws.wait(600)

    [message] = dead.drain()
    assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "3"


def test_retries_go_on_until_the_maximum_age_is_reached(aws: Aws):
    dead = aws.queue()
    target = {
        "Arn": dead.arn + "-missing",
        "RetryPolicy": {"MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": dead.arn},
    }
    schedule(aws, in_seconds(aws, 60), target)

    aws.wait(600)

    [message] = dead.drain()
    said = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(said["RETRY_ATTEMPTS"]) > 1


def test_a_fifo_queue_is_not_supported_as_a_dead_letter_queue(aws: Aws):
    fifo = aws.queue(FifoQueue="true")

    with pytest.raises(ClientError, match=r"deadLetterConfig\.arn"):
        schedule(aws, "rate(1 hour)", to(aws.queue(), DeadLetterConfig={"Arn": fifo.arn}))


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


# API reference, CreateSchedule; user guide, "Managing a schedule group".


def test_two_schedules_of_a_group_cannot_have_one_name(aws: Aws):
    target = {"RoleArn": aws.role(), "Arn": aws.queue().arn}
    given = {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler, name, group = aws.client("scheduler"), aws.name(), aws.name()
    scheduler.create_schedule_group(Name=group)
    scheduler.create_schedule(Name=name, **given)

    with pytest.raises(ClientError) as refused:
        scheduler.create_schedule(Name=name, **given)

    assert refused.value.response["Error"]["Code"] == "ConflictException"
    assert scheduler.create_schedule(Name=name, GroupName=group, **given)["ScheduleArn"].endswith(f"{group}/{name}")


def test_a_request_with_the_same_client_token_is_made_once(aws: Aws):
    target = {"RoleArn": aws.role(), "Arn": aws.queue().arn}
    given = {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": target}
    scheduler, name = aws.client("scheduler"), aws.name()

    first = scheduler.create_schedule(Name=name, ClientToken="once", **given)
    second = scheduler.create_schedule(Name=name, ClientToken="once", **given)

    assert first["ScheduleArn"] == second["ScheduleArn"]


def test_deleting_a_group_deletes_every_schedule_in_it(aws: Aws):
    scheduler, queue, group = aws.client("scheduler"), aws.queue(), aws.name()
    scheduler.create_schedule_group(Name=group)
    schedule(aws, in_seconds(aws, 120), to(queue), GroupName=group)

    scheduler.delete_schedule_group(Name=group)
    aws.wait(300)

    assert queue.bodies() == []
    with pytest.raises(ClientError) as gone:
        scheduler.get_schedule_group(Name=group)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_the_default_group_cannot_be_deleted(aws: Aws):
    with pytest.raises(ClientError, match="default"):
        aws.client("scheduler").delete_schedule_group(Name="default")


def test_groups_have_tags(aws: Aws):
    scheduler = aws.client("scheduler")
    arn = scheduler.create_schedule_group(Name=aws.name(), Tags=[{"Key": "a", "Value": "1"}])["ScheduleGroupArn"]

    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_an_execution_of_a_state_machine_is_started_with_the_input(aws: Aws):
    states = aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}})
    arn = states.create_state_machine(name=aws.name(), definition=definition, roleArn=aws.role())["stateMachineArn"]
    schedule(aws, in_seconds(aws, 60), {"Arn": arn, "Input": '{"n": 1}'})

    aws.wait(180)

    [execution] = states.list_executions(stateMachineArn=arn)["executions"]
    assert json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"]) == {"n": 1}

"""Making, changing and stopping pipes: EventBridge Pipes API reference."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.pipes import create, filters, pipe, template

STREAM = {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}


def state(aws: Aws, name: str) -> tuple[str, str]:
    described = aws.client("pipes").describe_pipe(Name=name)
    return described["DesiredState"], described["CurrentState"]


def test_a_pipe_is_creating_and_then_running(aws: Aws):
    """CreatePipe."""
    created = create(aws, Description="of orders", Tags={"team": "orders"})
    name = created["Name"]
    before = state(aws, name)
    aws.idle()

    described = aws.client("pipes").describe_pipe(Name=name)

    assert created["Arn"].endswith(f":pipe/{name}")
    assert (created["DesiredState"], created["CurrentState"]) == ("RUNNING", "CREATING")
    assert before == ("RUNNING", "CREATING")
    assert (described["CurrentState"], described["Description"], described["Tags"]) == (
        "RUNNING",
        "of orders",
        {"team": "orders"},
    )


def test_a_pipe_is_created_stopped_when_that_is_desired_and_reads_when_it_is_started(aws: Aws):
    """DesiredState, StartPipe and StopPipe."""
    source, target = aws.queue(), aws.queue()
    pipes, name = aws.client("pipes"), pipe(aws, source.arn, target.arn, DesiredState="STOPPED", **template("<$.body>"))
    source.send("a")
    aws.idle()
    created, nothing = state(aws, name), target.bodies()
    starting = pipes.start_pipe(Name=name)
    aws.idle()
    started, first = state(aws, name), target.bodies()
    stopping = pipes.stop_pipe(Name=name)
    aws.idle()
    source.send("b")
    aws.idle()

    assert (created, nothing) == (("STOPPED", "STOPPED"), [])
    assert (starting["DesiredState"], starting["CurrentState"]) == ("RUNNING", "STARTING")
    assert (started, first) == (("RUNNING", "RUNNING"), ["a"])
    assert (stopping["DesiredState"], stopping["CurrentState"]) == ("STOPPED", "STOPPING")
    assert (state(aws, name), target.bodies()) == (("STOPPED", "STOPPED"), [])


def test_a_stopped_pipe_goes_on_where_it_stopped(aws: Aws):
    """StartPipe: also from the latest position, which was that of its first start."""
    source, target, pipes = aws.stream(), aws.queue(), aws.client("pipes")
    reading = {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}
    name = pipe(aws, source, target.arn, SourceParameters=reading, **template("<$.data.n>"))

    def put(number: int) -> None:
        aws.client("kinesis").put_record(StreamARN=source, Data=json.dumps({"n": number}).encode(), PartitionKey="k")
        aws.idle()

    put(1)
    pipes.stop_pipe(Name=name)
    aws.idle()
    put(2)
    pipes.start_pipe(Name=name)
    aws.idle()
    put(3)

    assert target.bodies() == ["1", "2", "3"]


def test_an_update_changes_what_it_names_and_the_parameters_of_one_service_as_a_whole(aws: Aws):
    """UpdatePipe: an optional field that is not specified is set to its default."""
    source, pipes = aws.stream(), aws.client("pipes")
    parameters = {
        "KinesisStreamParameters": {
            "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": 3,
            "BatchSize": 5,
        }
    }
    name = pipe(
        aws, source, aws.queue().arn, Description="kept", SourceParameters=parameters | filters({"data": {"n": [1]}})
    )

    updated = pipes.update_pipe(
        Name=name, RoleArn=aws.role(), SourceParameters={"KinesisStreamParameters": {"BatchSize": 7}}
    )
    aws.idle()

    described = pipes.describe_pipe(Name=name)
    assert updated["CurrentState"] == "UPDATING"
    assert described["CurrentState"] == "RUNNING"
    assert described["Description"] == "kept"
    reading = described["SourceParameters"]["KinesisStreamParameters"]
    assert (reading["BatchSize"], reading["MaximumRetryAttempts"], reading["StartingPosition"]) == (
        7,
        -1,
        "TRIM_HORIZON",
    )
    assert described["SourceParameters"]["FilterCriteria"] == {"Filters": [{"Pattern": '{"data": {"n": [1]}}'}]}


def test_an_updated_pipe_keeps_its_position_and_delivers_to_its_new_target(aws: Aws):
    """UpdatePipe."""
    source, first, second = aws.stream(), aws.queue(), aws.queue()
    name = pipe(aws, source, first.arn, SourceParameters=STREAM, **template("<$.data.n>"))

    def put(number: int) -> None:
        aws.client("kinesis").put_record(StreamARN=source, Data=json.dumps({"n": number}).encode(), PartitionKey="k")
        aws.idle()

    put(1)
    changes = template('"number <$.data.n>"')
    aws.client("pipes").update_pipe(Name=name, RoleArn=aws.role(), Target=second.arn, **changes)
    aws.idle()
    put(2)

    assert (first.bodies(), second.bodies()) == (["1"], ['"number 2"'])


def test_an_empty_list_of_filters_and_an_empty_template_remove_them(aws: Aws):
    """FilterCriteria and InputTemplate: "To remove …, specify …"."""
    source, target, pipes = aws.queue(), aws.queue(), aws.client("pipes")
    name = pipe(aws, source.arn, target.arn, SourceParameters=filters({"body": {"n": [1]}}), **template("<$.body.n>"))
    pipes.update_pipe(
        Name=name,
        RoleArn=aws.role(),
        SourceParameters={"FilterCriteria": {"Filters": []}},
        TargetParameters={"InputTemplate": ""},
    )
    aws.idle()
    source.send("anything")
    aws.idle()

    assert [event["body"] for event in target.documents()] == ["anything"]


def test_a_pipe_that_is_changing_state_cannot_be_changed(aws: Aws):
    """UpdatePipe, DeletePipe, StartPipe and StopPipe: ConflictException."""
    name, pipes = create(aws)["Name"], aws.client("pipes")

    for operation in (pipes.start_pipe, pipes.stop_pipe, pipes.delete_pipe):
        with pytest.raises(ClientError, match="ConflictException"):
            operation(Name=name)
    with pytest.raises(ClientError, match="ConflictException"):
        pipes.update_pipe(Name=name, RoleArn=aws.role(), Description="x")


def test_a_deleted_pipe_is_deleting_and_then_gone_and_reads_nothing_more(aws: Aws):
    """DeletePipe."""
    source, target, pipes = aws.queue(), aws.queue(), aws.client("pipes")
    name = pipe(aws, source.arn, target.arn)
    deleting = pipes.delete_pipe(Name=name)
    source.send("a")
    during = state(aws, name)
    aws.idle()

    assert (deleting["DesiredState"], deleting["CurrentState"]) == during == ("DELETED", "DELETING")
    with pytest.raises(ClientError, match="NotFoundException"):
        pipes.describe_pipe(Name=name)
    assert (target.bodies(), source.bodies()) == ([], ["a"])
    pipe(aws, source.arn, target.arn, DesiredState="STOPPED")


@pytest.mark.parametrize("operation", ["describe_pipe", "delete_pipe", "start_pipe", "stop_pipe"])
def test_a_pipe_that_does_not_exist_is_not_found(aws: Aws, operation: str):
    """NotFoundException."""
    with pytest.raises(ClientError, match="NotFoundException"):
        getattr(aws.client("pipes"), operation)(Name="nobody")


def test_a_name_can_be_taken_once(aws: Aws):
    """CreatePipe: ConflictException."""
    name = create(aws)["Name"]

    with pytest.raises(ClientError, match="ConflictException"):
        create(aws, Name=name)


def test_a_pipe_whose_stream_is_not_there_fails_to_be_created_and_says_why(aws: Aws):
    """… user guide, "Pipe failure states": StateReason."""
    missing = aws.stream() + "-missing"
    name = pipe(aws, missing, aws.queue().arn, SourceParameters=STREAM)

    described = aws.client("pipes").describe_pipe(Name=name)

    assert described["CurrentState"] == "CREATE_FAILED"
    assert described["StateReason"].startswith("Stream not found.")


def test_a_pipe_whose_table_stream_was_disabled_cannot_be_stopped_started_or_updated(aws: Aws):
    """… user guide, "Amazon DynamoDB stream as a source", important."""
    table, pipes = aws.table("NEW_IMAGE"), aws.client("pipes")
    reading = {"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}}
    name = pipe(aws, aws.table_stream(table), aws.queue().arn, SourceParameters=reading)
    aws.client("dynamodb").update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    aws.idle()

    with pytest.raises(ClientError, match="disabled"):
        pipes.stop_pipe(Name=name)
    with pytest.raises(ClientError, match="disabled"):
        pipes.update_pipe(Name=name, RoleArn=aws.role(), Description="x")


def test_pipes_are_listed_by_prefixes_and_states_in_pages(aws: Aws):
    """ListPipes."""
    source, pipes = aws.queue(), aws.client("pipes")
    for name in ("orders-1", "orders-2", "stock-1"):
        create(aws, Name=name, Source=source.arn, DesiredState="STOPPED" if name.startswith("stock") else "RUNNING")
    aws.idle()

    def names(**parameters: Any) -> list[str]:
        return [each["Name"] for each in pipes.list_pipes(**parameters)["Pipes"]]

    assert names() == ["orders-1", "orders-2", "stock-1"]
    assert names(NamePrefix="orders") == ["orders-1", "orders-2"]
    assert names(SourcePrefix=source.arn, CurrentState="STOPPED") == ["stock-1"]
    assert names(DesiredState="RUNNING", TargetPrefix="arn:aws:sns") == []
    first = pipes.list_pipes(Limit=2)
    assert [each["Name"] for each in first["Pipes"]] == ["orders-1", "orders-2"]
    assert names(Limit=2, NextToken=first["NextToken"]) == ["stock-1"]


def test_tags_are_added_replaced_and_removed(aws: Aws):
    """TagResource, UntagResource and ListTagsForResource."""
    pipes, arn = aws.client("pipes"), create(aws, Tags={"a": "1"})["Arn"]
    pipes.tag_resource(resourceArn=arn, tags={"a": "2", "b": "3"})
    both = pipes.list_tags_for_resource(resourceArn=arn)["tags"]
    pipes.untag_resource(resourceArn=arn, tagKeys=["a"])

    assert both == {"a": "2", "b": "3"}
    assert pipes.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "3"}
    with pytest.raises(ClientError, match="ValidationException"):
        pipes.tag_resource(resourceArn=arn, tags={f"key-{number}": "x" for number in range(50)})
    with pytest.raises(ClientError, match="NotFoundException"):
        pipes.list_tags_for_resource(resourceArn=f"{arn}-nobody")


LOG = {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/pipes/log"}


def test_a_log_configuration_is_kept_and_described(aws: Aws):
    """LogConfiguration."""
    configuration = {"CloudwatchLogsLogDestination": LOG, "Level": "ERROR", "IncludeExecutionData": ["ALL"]}
    name = create(aws, LogConfiguration=configuration)["Name"]

    assert aws.client("pipes").describe_pipe(Name=name)["LogConfiguration"] == configuration

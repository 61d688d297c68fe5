"""The AWS CLI as it comes, against `bus up`: the environment names the endpoint."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.up.project import Platform

Aws = Callable[..., Any]
PATIENCE = 60.0  # seconds

TEMPLATE = """\
Parameters: { Depth: { Type: Number } }
Resources:
  Box: { Type: AWS::SQS::Queue, Properties: { QueueName: box, VisibilityTimeout: !Ref Depth } }
Outputs:
  BoxUrl: { Value: !Ref Box }
"""


@pytest.fixture
def aws(up: Platform, tmp_path: Path) -> Aws:
    """`aws("sqs", "list-queues")`: what the command answers, read as JSON if it is; the words of an error as text."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": up.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_MAX_ATTEMPTS": "1",
    }

    def run(*words: str) -> Any:
        if words[0] == "sqs":  # for which version 1 of the CLI ignores the variable: issue 8737 of aws/aws-cli
            words += ("--endpoint-url", up.endpoint)
        command = [sys.executable, "-m", "awscli", *words]
        done = subprocess.run(  # noqa: S603 - its own words
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode != 0:
            return done.stderr.strip()
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout.strip()

    return run


def test_a_message_goes_through_a_queue(aws: Aws):
    url = aws("sqs", "create-queue", "--queue-name", "lined")["QueueUrl"]
    aws("sqs", "send-message", "--queue-url", url, "--message-body", "hello")
    message = aws("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "5")["Messages"][0]
    aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])

    assert message["Body"] == "hello"
    asked = ("--attribute-names", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    depth = aws("sqs", "get-queue-attributes", "--queue-url", url, *asked)["Attributes"]
    assert set(depth.values()) == {"0"}


def test_a_notification_and_an_event_are_accepted(aws: Aws):
    entry = {"EventBusName": "small", "Source": "case", "DetailType": "Case", "Detail": '{"n": 1}'}

    topic = aws("sns", "create-topic", "--name", "lined")["TopicArn"]
    published = aws("sns", "publish", "--topic-arn", topic, "--message", "hello")
    put = aws("events", "put-events", "--entries", json.dumps([entry]))

    assert published["MessageId"]
    assert (put["FailedEntryCount"], len(put["Entries"][0]["EventId"])) == (0, 36)


def test_an_item_is_put_and_got(aws: Aws):
    aws("dynamodb", "put-item", "--table-name", "things", "--item", '{"id": {"S": "lined"}, "n": {"N": "1.50"}}')

    got = aws("dynamodb", "get-item", "--table-name", "things", "--key", '{"id": {"S": "lined"}}')

    assert got["Item"] == {"id": {"S": "lined"}, "n": {"N": "1.5"}}


def test_objects_are_copied_listed_and_removed(aws: Aws, tmp_path: Path):
    (tmp_path / "small.txt").write_text("grüße")
    (tmp_path / "large.bin").write_bytes(b"\x00\xff" * 5_000_000)  # in two parts

    aws("s3", "cp", "small.txt", "s3://objects/lined/small.txt")
    aws("s3", "cp", "large.bin", "s3://objects/lined/large.bin")
    listed = aws("s3", "ls", "s3://objects/lined/")
    aws("s3", "cp", "s3://objects/lined/large.bin", "back.bin")
    aws("s3", "rm", "--recursive", "s3://objects/lined/")

    assert [line.split()[2:] for line in listed.splitlines()] == [["10000000", "large.bin"], ["7", "small.txt"]]
    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "large.bin").read_bytes()
    assert "Key" not in json.dumps(aws("s3api", "list-objects-v2", "--bucket", "objects", "--prefix", "lined/"))


def test_a_function_is_invoked(aws: Aws, tmp_path: Path):
    payload = ("--payload", '{"id": "lined-by-writer"}')
    invoked = aws("lambda", "invoke", "--function-name", "writer", *payload, "answer.json")

    assert invoked == {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
    assert json.loads((tmp_path / "answer.json").read_text()) == {"wrote": "lined-by-writer"}


def test_lines_are_logged_and_read(aws: Aws):
    group = ("--log-group-name", "lined")
    events = [{"timestamp": int(time.time() * 1000), "message": "one line"}]
    aws("logs", "create-log-group", *group)
    aws("logs", "create-log-stream", *group, "--log-stream-name", "here")
    aws("logs", "put-log-events", *group, "--log-stream-name", "here", "--log-events", json.dumps(events))

    found = aws("logs", "filter-log-events", *group)["events"]
    assert [(event["logStreamName"], event["message"]) for event in found] == [("here", "one line")]


def _until_the_next_second() -> None:
    """The CLI names its change sets by the second."""
    time.sleep(1 - time.time() % 1)


def test_a_template_is_deployed_and_changed(aws: Aws, tmp_path: Path):
    (tmp_path / "box.yaml").write_text(TEMPLATE)
    deploy = ("cloudformation", "deploy", "--stack-name", "box", "--template-file", "box.yaml")

    created = aws(*deploy, "--parameter-overrides", "Depth=30")
    _until_the_next_second()
    again = aws(*deploy, "--parameter-overrides", "Depth=30", "--no-fail-on-empty-changeset")
    _until_the_next_second()
    changed = aws(*deploy, "--parameter-overrides", "Depth=31")

    assert "Successfully created/updated stack - box" in created
    assert "No changes to deploy" in again
    assert "Successfully created/updated stack - box" in changed
    [stack] = aws("cloudformation", "describe-stacks", "--stack-name", "box")["Stacks"]
    url = stack["Outputs"][0]["OutputValue"]
    attributes = aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "VisibilityTimeout")
    assert attributes == {"Attributes": {"VisibilityTimeout": "31"}}


def test_parameters_streams_and_schedules_are_made_and_found(aws: Aws):
    aws("ssm", "put-parameter", "--name", "/lined/one", "--type", "String", "--value", "1")
    aws("kinesis", "create-stream", "--stream-name", "lined", "--shard-count", "1")
    aws("kinesis", "wait", "stream-exists", "--stream-name", "lined")
    put = aws("kinesis", "put-record", "--stream-name", "lined", "--partition-key", "k", "--data", "aGVsbG8=")
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:work", "RoleArn": "arn:aws:iam::123456789012:role/any"}
    schedule = ("--flexible-time-window", '{"Mode": "OFF"}', "--target", json.dumps(target))
    aws("scheduler", "create-schedule", "--name", "lined", "--schedule-expression", "rate(1 hour)", *schedule)

    assert aws("ssm", "get-parameter", "--name", "/lined/one")["Parameter"]["Value"] == "1"
    assert put["ShardId"] == "shardId-000000000000"
    assert [one["Name"] for one in aws("scheduler", "list-schedules")["Schedules"]] == ["lined"]


def test_what_there_is_none_of_is_an_empty_list(aws: Aws):
    assert aws("pipes", "list-pipes") == {"Pipes": []}
    assert aws("stepfunctions", "list-state-machines") == {"stateMachines": []}


def test_an_error_is_told_in_the_words_of_its_service(aws: Aws):
    said = aws("sqs", "get-queue-url", "--queue-name", "none")

    assert "(AWS.SimpleQueueService.NonExistentQueue)" in said
    assert "The specified queue does not exist" in said

"""A small project of its own, and `bus up` of it as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config

PROJECT = Path(__file__).parents[2]
LONGEST_START = 60.0  # seconds

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: A bus, a rule to a queue, a table, and a function that writes to it
Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties: { Name: small }
  Archive:
    Type: AWS::Events::Archive
    Properties: { ArchiveName: small, SourceArn: !GetAtt Bus.Arn }
  DeadLetters: { Type: AWS::SQS::Queue, Properties: { QueueName: dead-letters } }
  Events:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: events
      RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 1000 }
  EventsPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Events]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt Events.Arn
            Condition: { ArnEquals: { aws:SourceArn: !GetAtt Rule.Arn } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [case] }
      Targets:
        - { Id: queue, Arn: !GetAtt Events.Arn, DeadLetterConfig: { Arn: !GetAtt DeadLetters.Arn } }
  Work: { Type: AWS::SQS::Queue, Properties: { QueueName: work } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: things
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Objects: { Type: AWS::S3::Bucket, Properties: { BucketName: objects } }
  Writer:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: writer
      CodeUri: ../..
      Runtime: python3.13
      Architectures: [arm64]
      Handler: services.small.handler.handler
      Timeout: 10
      MemorySize: 256
      Environment: { Variables: { TABLE: !Ref Table } }
      Policies:
        - Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn }]
      EventInvokeConfig:
        MaximumRetryAttempts: 2
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt DeadLetters.Arn } }
"""

HANDLER = """\
import os

import boto3

table = boto3.client("dynamodb")


def handler(event, context):
    item = {"id": {"S": event["id"]}, "by": {"S": "writer"}}
    table.put_item(TableName=os.environ["TABLE"], Item=item)
    return {"wrote": event["id"]}
"""


def small_project(root: Path) -> Path:
    """Writes the project below `root`, and returns it."""
    infra, service = root / "bus/infra", root / "services/small"
    infra.mkdir(parents=True)
    service.mkdir(parents=True)
    (infra / "template.yaml").write_text(TEMPLATE)
    for package in (root / "services", service):
        (package / "__init__.py").write_text("")
    (service / "handler.py").write_text(HANDLER)
    return root


class Platform:
    """`bus up` of a project, as a process; its output is kept in `output`."""

    def __init__(self, project: Path, *options: str) -> None:
        self.project, self._options = project, options
        self.output = project / "up.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def launch(self) -> None:
        """Begin to start, and wait for nothing."""
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "bus.cli", "up", "--port", "0", "--project", self.project, *self._options],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def start(self) -> dict[str, Any]:
        """Start and wait until it is ready; what it announced."""
        self.launch()
        return self.wait()

    def wait(self) -> dict[str, Any]:
        """Wait until it is ready."""
        until = time.monotonic() + LONGEST_START
        announcement = self.project / ".omnibus/up.json"
        while time.monotonic() < until:
            assert self.process.poll() is None, self.output.read_text()
            try:
                said: dict[str, Any] = json.loads(announcement.read_text())
            except (FileNotFoundError, ValueError):
                said = {}
            if said.get("pid") == self.process.pid:
                self.endpoint = said["endpoint"]
                return said
            time.sleep(0.01)
        raise AssertionError(self.output.read_text())

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and wait; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST_START)

    def client(self, service: str, **config: Any) -> Any:
        """An unmodified boto3 client of the endpoint."""
        settings = {"retries": {"max_attempts": 0}, "connect_timeout": 5, "read_timeout": 60} | config
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="anyone",
            aws_secret_access_key="anything",  # noqa: S106 - nobody's
            config=Config(**settings),
        )

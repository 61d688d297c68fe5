"""A project with what operators look after: queues with dead letters, functions that fail, streams, an archive."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.up.project import PROJECT

_LONGEST = 30.0  # seconds that anything takes

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: Orders that fail without a total, a stream with a fussy reader, a rule whose target is not there
Globals:
  Function:
    CodeUri: ../..
    Runtime: python3.13
    Architectures: [arm64]
    Timeout: 2
    MemorySize: 256
    Environment: { Variables: { TABLE: !Ref Table } }
Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties: { Name: shop }
  Archive:
    Type: AWS::Events::Archive
    Properties: { ArchiveName: shop, SourceArn: !GetAtt Bus.Arn }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }

  OrderDeadLetters: { Type: AWS::SQS::Queue, Properties: { QueueName: order-dead-letters } }
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 2
      RedrivePolicy: { deadLetterTargetArn: !GetAtt OrderDeadLetters.Arn, maxReceiveCount: 1 }
  OrderRule:
    Type: AWS::Events::Rule
    Properties:
      Name: orders
      EventBusName: !Ref Bus
      EventPattern: { source: [shop], detail-type: [OrderPlaced] }
      Targets: [{ Id: queue, Arn: !GetAtt Orders.Arn }]
  Book:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: book
      Handler: services.small.orders.handler
      Policies:
        - Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn }]
      Events:
        Orders: { Type: SQS, Properties: { Queue: !GetAtt Orders.Arn, BatchSize: 1 } }

  Audit: { Type: AWS::SQS::Queue, Properties: { QueueName: audit } }
  AuditRule:
    Type: AWS::Events::Rule
    Properties:
      Name: audit
      EventBusName: !Ref Bus
      EventPattern: { source: [shop] }
      Targets: [{ Id: queue, Arn: !GetAtt Audit.Arn }]
  Policies:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders, !Ref Audit]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: sqs:SendMessage
            Resource: "*"

  Quiet: { Type: AWS::SQS::Queue, Properties: { QueueName: quiet } }
  ClosedDeadLetters: { Type: AWS::SQS::Queue, Properties: { QueueName: closed-dead-letters } }
  ClosedRule:
    Type: AWS::Events::Rule
    Properties:
      Name: closed
      EventBusName: !Ref Bus
      EventPattern: { source: [shop], detail-type: [OrderClosed] }
      Targets:
        - Id: queue
          Arn: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:nowhere"
          DeadLetterConfig: { Arn: !GetAtt ClosedDeadLetters.Arn }

  Lines:
    Type: AWS::Kinesis::Stream
    Properties: { Name: lines, ShardCount: 1 }
  LineDeadLetters: { Type: AWS::SQS::Queue, Properties: { QueueName: line-dead-letters } }
  Count:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: count
      Handler: services.small.lines.handler
      Policies:
        - Statement:
            - { Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn }
            - { Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt LineDeadLetters.Arn }
      Events:
        Lines:
          Type: Kinesis
          Properties:
            Stream: !GetAtt Lines.Arn
            StartingPosition: TRIM_HORIZON
            MaximumRetryAttempts: 0
            DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt LineDeadLetters.Arn } }

  Changes: { Type: AWS::SQS::Queue, Properties: { QueueName: changes } }
  PipeRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: pipes.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: move
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: "dynamodb:*", Resource: !GetAtt Table.StreamArn }
              - { Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Changes.Arn }
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties:
      Name: changes
      RoleArn: !GetAtt PipeRole.Arn
      Source: !GetAtt Table.StreamArn
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: TRIM_HORIZON } }
      Target: !GetAtt Changes.Arn

  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: nightly
      ScheduleExpression: cron(0 3 * * ? *)
      FlexibleTimeWindow: { Mode: "OFF" }
      Target: { Arn: !GetAtt Changes.Arn, RoleArn: !GetAtt PipeRole.Arn }
"""

ORDERS = """\
import json
import os

import boto3

table = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["detail"]
        item = {"id": {"S": order["id"]}, "total": {"N": str(TOTAL)}}
        table.put_item(TableName=os.environ["TABLE"], Item=item)
"""
FAILING = 'order["total"]'
REPAIRED = 'order.get("total", 0)'

LINES = """\
import base64
import os

import boto3

table = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        line = base64.b64decode(record["kinesis"]["data"]).decode()
        table.put_item(TableName=os.environ["TABLE"], Item={"id": {"S": f"line {CHECKED}"}})
"""
FUSSY = "int(line)"
EASY = "line"


def operated_project(root: Path) -> Path:
    """Writes the project below `root`, and returns it."""
    infra, service = root / "bus/infra", root / "services/small"
    infra.mkdir(parents=True)
    service.mkdir(parents=True)
    (infra / "template.yaml").write_text(TEMPLATE)
    for package in (root / "services", service):
        (package / "__init__.py").write_text("")
    (service / "orders.py").write_text(ORDERS.replace("TOTAL", FAILING))
    (service / "lines.py").write_text(LINES.replace("CHECKED", FUSSY))
    return root


def bus(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The `bus` command as a process, about a project; it has no terminal."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bus.cli", *arguments, "--project", project],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def eventually(look: Callable[[], Any], wanted: Callable[[Any], bool] = bool) -> Any:
    """What `look` finds once it is what is wanted; after half a minute, what it finds then."""
    until = time.monotonic() + _LONGEST
    while not wanted(found := look()) and time.monotonic() < until:
        time.sleep(0.1)
    return found

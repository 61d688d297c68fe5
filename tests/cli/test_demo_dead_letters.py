"""A function that breaks turns the demo red, and the verdict says which, where and why."""

import json
import sys
from pathlib import Path

import pytest

from bus.cli.demo.failures import failures_in

NOTIFICATIONS = "services/notifications/template.yaml"
PAID = """
Transform: AWS::Serverless-2016-10-31
Resources:
  PaidRule:
    Type: AWS::Events::Rule
    DependsOn: PaidQueuePolicy
    Properties:
      EventBusName: "{{resolve:ssm:/omnibus/dev/bus/name}}"
      EventPattern: { source: [omnibus.orders], detail-type: [OrderPaid.v1] }
      Targets: [{ Id: queue, Arn: !GetAtt PaidQueue.Arn }]
  PaidQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 18
      RedrivePolicy: { deadLetterTargetArn: !GetAtt PaidDeadLetters.Arn, maxReceiveCount: 2 }
  PaidQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref PaidQueue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt PaidQueue.Arn
  PaidDeadLetters:
    Type: AWS::SQS::Queue
  PaidFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: services_of_a_test.services.loyalty.handler
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt PaidQueue.Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
"""
LOYALTY = """
from bus.sdk import Received, consumer
from schemas.orders import OrderPaidV1

@consumer(OrderPaidV1, idempotent=False)
def handler(event: Received[OrderPaidV1]) -> None:
    event.data.points.add(1)
"""


@pytest.fixture
def spoiled(project):
    """`spoiled(good, bad)`: a project in whose notifications a text is replaced, once."""

    def spoil(good: str, bad: str) -> Path:
        template = project / NOTIFICATIONS
        text = template.read_text()
        assert good in text
        template.write_text(text.replace(good, bad, 1))
        return project

    return spoil


@pytest.fixture
def loyalty(project, tmp_path, monkeypatch) -> Path:
    """A project with a service whose handler breaks at every event."""
    (project / "services/loyalty").mkdir()
    (project / "services/loyalty/template.yaml").write_text(PAID)
    package = tmp_path / "services_of_a_test/services"
    package.mkdir(parents=True)
    (package / "loyalty.py").write_text(LOYALTY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "services_of_a_test", raising=False)
    return project


def test_a_handler_that_breaks_is_named_with_the_line(command, loyalty):
    answer = command("demo", "--orders", "3", "--project", loyalty)

    assert answer.exit_code == 1
    assert (
        "✗ 3 unexpected dead letters in PaidDeadLetters: "
        "loyalty PaidFunction failed with AttributeError at services/loyalty.py:7\n"
    ) in answer.stdout
    assert "lost: 0 of" in answer.stdout


def test_a_program_reads_what_waits_unexpectedly_and_why(command, loyalty):
    answer = command("demo", "--orders", "3", "--json", "--project", loyalty)

    summary = json.loads(answer.stdout)
    why = "loyalty PaidFunction failed with AttributeError at services/loyalty.py:7"
    assert answer.exit_code == 1
    assert summary["dead_letters_by_queue"] == {"PaidDeadLetters": 3}
    assert summary["unexpected_dead_letters"] == [
        {"stack": "loyalty", "queue": "PaidDeadLetters", "count": 3, "why": why}
    ]


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        (
            "handlers.email.handler",
            "handlers.email.handlr",
            "Runtime.HandlerNotFound: Handler 'handlr' missing on module 'services.notifications.handlers.email'",
        ),
        (
            "handlers.email.handler",
            "handlers.emial.handler",
            "Runtime.ImportModuleError: Unable to import module 'services.notifications.handlers.emial': No module",
        ),
        (
            "        SENDER_ADDRESS: !Ref SenderAddress\n",
            "",
            "KeyError: 'SENDER_ADDRESS' at services/notifications/wiring.py:",
        ),
    ],
)
def test_a_function_that_does_not_start_is_named_with_the_reason(command, spoiled, good, bad, why):
    answer = command("demo", "--orders", "1", "--project", spoiled(good, bad))

    assert answer.exit_code == 1
    assert (
        f"unexpected dead letters in EmailDeadLetters: notifications EmailFunction failed with {why}" in answer.stdout
    )


def test_what_no_function_is_to_blame_for_is_said_as_aws_gave_it_up(command, spoiled):
    project = spoiled("Arn: !Ref OrderNews", 'Arn: !Sub "${OrderNews}-gone"')

    answer = command("demo", "--orders", "1", "--project", project)

    assert answer.exit_code == 1
    assert "unexpected dead letters in RuleDeadLetters: events gave up on " in answer.stdout


def test_dead_letters_that_the_script_wants_are_no_failure(command):
    answer = command("demo", "--orders", "4", "--seed", "32")

    assert answer.exit_code == 0
    assert "• 3 dead letters wait in WebhookDeadLetters, to be sent again" in answer.stdout
    assert "unexpected" not in answer.stdout


class TestFailures:
    """What a log says, in a few words."""

    def test_timeouts_are_one_failure_however_many_requests_they_ended(self):
        log = [f"[ERROR] Sandbox.Timedout: RequestId: {n} Error: Task timed out after 30.00 seconds" for n in range(3)]

        assert failures_in(log) == {"Sandbox.Timedout: Task timed out after 30.00 seconds": 3}

    def test_what_the_sdk_refused_is_told_by_its_sentence_and_without_the_event(self):
        lines = [
            {"message": "an event failed", "error": "ContractViolationError", "problem": f"A.v1 (event {n}) breaks"}
            for n in range(2)
        ]

        assert failures_in([json.dumps(line) for line in lines]) == {"ContractViolationError: A.v1 breaks": 2}

    def test_the_place_is_the_innermost_of_a_service_and_not_of_a_library(self):
        log = [
            "[ERROR] KeyError: 'x'",
            "Traceback (most recent call last):",
            '  File "/var/task/services/loyalty/handlers.py", line 14, in handler',
            "    award(event)",
            '  File "/var/task/site-packages/services/awards.py", line 3, in award',
            "[ERROR] Another: without a stack",
        ]

        assert failures_in(log) == {
            "KeyError: 'x' at services/loyalty/handlers.py:14": 1,
            "Another: without a stack": 1,
        }

    def test_other_lines_are_no_failures(self):
        assert failures_in(["hello", "[INFO] fine", '{"message": "done"}', 'said "an event failed"', ""]) == {}

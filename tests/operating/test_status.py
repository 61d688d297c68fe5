"""What there is, and how it does."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from bus.cli.status.view import lines
from bus.operating.metrics import metric, read
from bus.operating.status import taking_stock
from bus.operating.status.due import next_of
from bus.operating.status.scope import Scope, scope_of
from bus.operating.status.taking_stock import take_stock
from tests.delivery import dead_letters, mappings, pipes, rules, schedules

HOUR = 3600


def test_queues_tell_their_depth_and_which_are_for_dead_letters(aws, account):
    dead = aws.queue()
    queue = dead_letters.with_dead_letters(aws, dead)
    for _ in range(3):
        queue.send("x")
    queue.send("later", DelaySeconds=60)
    queue.receive(MaxNumberOfMessages=1)

    rows = {row.name: row for row in take_stock(account, Scope(), HOUR).queues}

    found = rows[queue.arn.rpartition(":")[2]]
    assert (found.messages, found.in_flight, found.delayed, found.dead_letters) == (2, 1, 1, False)
    assert rows[dead.arn.rpartition(":")[2]].dead_letters


def test_everything_else_is_there_with_its_state(aws, account):
    stream = aws.stream()
    mapped = mappings.stream_mapped(aws, stream)
    rule = rules.Rule(aws)
    pipe = pipes.pipe(aws, stream, aws.queue().arn, SourceParameters=pipes.kinesis())
    schedule = schedules.schedule(aws, "rate(5 minutes)", schedules.to(aws.queue()))

    status = take_stock(account, Scope(), HOUR)

    assert [(row.name, row.state) for row in status.streams] == [(stream.rpartition("/")[2], "ACTIVE")]
    assert [(row.function, row.state) for row in status.readers] == [(mapped.function, "Enabled")]
    assert [row.name for row in status.functions] == [mapped.function]
    assert (rule.name, rule.bus, "ENABLED") in [(row.name, row.bus, row.state) for row in status.rules]
    assert [(row.name, row.state) for row in status.pipes] == [(pipe, "RUNNING")]
    assert [(row.name, row.expression) for row in status.schedules] == [(schedule, "rate(5 minutes)")]
    assert status.schedules[0].next > status.at
    kinds = {line.split("\t")[0] for line in lines(status)}
    assert kinds == {"queues", "streams", "readers", "functions", "rules", "pipes", "schedules"}
    assert json.loads(json.dumps(status.as_json()))["pipes"][0]["name"] == pipe


def test_every_reader_of_a_stream_tells_how_far_it_is_behind(aws, account):
    stream, table = aws.stream(), aws.table("NEW_IMAGE")
    mappings.put(aws, stream, "x")
    mappings.write(aws, table, "1")
    aws.wait(100)
    mapped = mappings.stream_mapped(aws, stream)
    queue, reading = aws.queue().arn, {"StartingPosition": "TRIM_HORIZON"}
    source = aws.table_stream(table)
    from_table = pipes.pipe(aws, source, queue, SourceParameters={"DynamoDBStreamParameters": reading})
    from_stream = pipes.pipe(aws, stream, queue, SourceParameters=pipes.kinesis())
    from_queue = pipes.pipe(aws, aws.queue().arn, queue)
    aws.wait(5)

    status = take_stock(account, Scope(), HOUR)

    [reader], [of_stream] = status.readers, status.streams
    assert (reader.function, round(reader.lag, -1), round(of_stream.lag, -1)) == (mapped.function, 100, 100)
    rows = {row.name: row for row in status.pipes}
    assert (rows[from_table].source, rows[from_table].executions, rows[from_table].failed) == (table, 1, 0)
    assert [round(rows[name].lag, -1) for name in (from_table, from_stream)] == [100, 100]
    assert rows[from_queue].lag is None


def test_what_aws_does_not_tell_of_a_pipe_its_stream_does(aws, account, monkeypatch):
    stream = aws.stream()
    mappings.put(aws, stream, "x")
    pipe = pipes.pipe(aws, stream, aws.queue().arn, SourceParameters=pipes.kinesis())
    aws.wait(5)
    real = taking_stock.read

    def as_aws(account, metrics, seconds):
        return {each: value for each, value in real(account, metrics, seconds).items() if each.namespace[:3] == "AWS"}

    monkeypatch.setattr(taking_stock, "read", as_aws)

    [row] = take_stock(account, Scope(), HOUR).pipes
    assert row.name == pipe
    assert 0 <= row.lag < 5


def test_a_service_that_may_not_be_asked_is_named_and_the_others_are_shown(aws, account, monkeypatch):
    aws.queue()

    def refused(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "ListPipes")

    class Refusing:
        paginate = staticmethod(refused)

    monkeypatch.setattr(account.client("pipes"), "get_paginator", lambda _: Refusing)

    status = take_stock(account, Scope(), HOUR)

    assert status.unasked["pipes"] == "ListPipes: AccessDeniedException: not you"
    assert len(status.queues) == 1


def test_an_alarm_is_shown_when_it_is_one(aws, account):
    cloudwatch = aws.client("cloudwatch")
    for name in ("quiet", "loud"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
    cloudwatch.set_alarm_state(AlarmName="loud", StateValue="ALARM", StateReason="too many")

    assert [(row.name, row.reason) for row in take_stock(account, Scope(), HOUR).alarms] == [("loud", "too many")]


def test_figures_come_in_one_call_for_hundreds(aws, account):
    now = datetime.fromtimestamp(account.clock.now(), UTC)
    data = [
        {"MetricName": "m", "Dimensions": [{"Name": "n", "Value": str(n)}], "Value": n, "Timestamp": now}
        for n in range(600)
    ]
    for at in range(0, 600, 100):
        aws.client("cloudwatch").put_metric_data(Namespace="case", MetricData=data[at : at + 100])
    wanted = [metric("case", "m", "Sum", n=str(n)) for n in range(601)]

    found = read(account, wanted, HOUR)

    assert found == {each: float(n) for n, each in enumerate(wanted) if n < 600}


def test_functions_and_rules_tell_what_they_did(aws, account):
    rule = rules.Rule(aws)
    fails = aws.function("import time\ndef handler(event, context):\n    time.sleep(0.25)\n    raise ValueError\n")
    rule.target(aws.function_arn(fails))
    rule.put({})
    aws.wait(600)

    status = take_stock(account, Scope(), HOUR)

    [function] = status.functions
    assert (function.invocations, function.errors, function.throttles) == (3, 3, 0)
    assert function.p50 == pytest.approx(0.25, rel=0.02)
    [found] = status.rules
    assert (found.name, found.invocations, found.failed) == (rule.name, 1, 0)


AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ({"ScheduleExpression": "rate(10 minutes)", "CreationDate": AT.replace(minute=3)}, "12:03"),
        ({"ScheduleExpression": "cron(30 13 * * ? *)", "ScheduleExpressionTimezone": "Europe/Berlin"}, "12:30"),
        ({"ScheduleExpression": "at(2026-03-01T15:00:00)"}, "15:00"),
        ({"ScheduleExpression": "at(2026-02-01T15:00:00)"}, None),
        ({"ScheduleExpression": "rate(1 hour)", "CreationDate": AT, "State": "DISABLED"}, None),
        ({"ScheduleExpression": "rate(1 hour)", "CreationDate": AT, "EndDate": AT.replace(minute=30)}, None),
        ({"ScheduleExpression": "rate(1 hour)", "StartDate": AT.replace(hour=20)}, "20:00"),
        ({"ScheduleExpression": "whenever"}, None),
    ],
)
def test_a_schedule_says_when_it_is_due_next(schedule, due):
    found = next_of(schedule, AT.timestamp())

    assert (None if found is None else f"{found:%H:%M}") == due


def test_the_projects_stacks_are_those_called_like_its_folders(account, monkeypatch):
    stacks = ["omnibus-dev-orders", "orders", "reorders", "other"]
    listed = {
        "list_stacks": [{"StackName": name, "StackStatus": "CREATE_COMPLETE"} for name in stacks],
        "list_stack_resources": [
            {"ResourceType": "AWS::SQS::Queue", "PhysicalResourceId": "https://sqs.us-east-1.amazonaws.com/1/orders-Q"},
            {"ResourceType": "AWS::Events::Rule", "PhysicalResourceId": "omnibus-dev|omnibus-dev-rule"},
        ],
    }
    monkeypatch.setattr(account, "pages", lambda _service, operation, _key, **_: listed[operation])

    scope = scope_of(account, ["orders", "analytics"])

    assert scope.stacks == ("omnibus-dev-orders", "orders")
    assert scope.holds("AWS::SQS::Queue", "orders-Q")
    assert scope.holds("AWS::Events::Rule", "omnibus-dev-rule")
    assert not scope.holds("AWS::SQS::Queue", "other")
    assert scope_of(account, ["nothing"]) == Scope()

"""Scenarios of SQS, SNS, EventBridge, Pipes and Scheduler: each is left with as much as possible under way."""

import json
from datetime import UTC, datetime

from tests.delivery.aws import Aws
from tests.local.up.rooms.bench import Bench

BASIC = {"BasicAuthParameters": {"Username": "ada", "Password": "secret"}}
ECHO = "def handler(event, context):\n    return event\n"


def queues(aws: Aws, bench: Bench) -> None:
    """FIFO groups in flight, duplicates, delays, dead letters moving back, long polls, retention."""
    fifo = aws.queue(FifoQueue="true", VisibilityTimeout="20")
    for number in range(6):
        fifo.send(str(number), MessageGroupId=f"g{number % 2}", MessageDeduplicationId=str(number))
    fifo.receive(MaxNumberOfMessages=2)
    dead = aws.queue()
    source = aws.queue(
        RedrivePolicy={"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}, MessageRetentionPeriod="3600"
    )
    for number in range(12):
        source.send(str(number), MessageAttributes={"n": {"DataType": "Number", "StringValue": str(number)}})
    source.receive(VisibilityTimeout=1)
    aws.wait(2)
    source.receive(VisibilityTimeout=1)
    aws.wait(2)
    source.receive()
    aws.client("sqs").start_message_move_task(SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=1)
    bench.snapshot()
    aws.wait(3)
    fifo.send("0 again", MessageGroupId="g0", MessageDeduplicationId="0")
    source.send("later", DelaySeconds=30)
    empty = aws.queue()
    bench.begin("sqs", "ReceiveMessage", QueueUrl=empty.url, WaitTimeSeconds=20)


def topics(aws: Aws, bench: Bench) -> None:
    """A FIFO topic with an archive that is replayed, filters, HTTP endpoints that are confirmed and that fail."""
    sns = aws.client("sns")
    topic = aws.topic(FifoTopic="true", ArchivePolicy={"MessageRetentionPeriod": "7"})
    queue = aws.queue(FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    for number in range(5):
        sns.publish(TopicArn=topic, Message=str(number), MessageGroupId="g", MessageDeduplicationId=str(number))
    aws.wait(60)
    plain, filtered = aws.topic(), aws.queue()
    policy = {"FilterPolicy": json.dumps({"kind": [{"prefix": "a"}, {"exists": False}]}), "RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=plain, Protocol="sqs", Endpoint=filtered.arn, Attributes=policy)
    sns.subscribe(TopicArn=plain, Protocol="http", Endpoint="http://hooks.example/sns")
    aws.idle()
    token = json.loads(bench.calls[0][1].body)["Token"]
    bench.served()
    sns.confirm_subscription(TopicArn=plain, Token=token)
    bench.snapshot()
    sns.publish(TopicArn=plain, Message="m", MessageAttributes={"kind": {"DataType": "String", "StringValue": "ab"}})
    aws.idle()
    bench.served(500)
    aws.wait(5)
    replay = json.dumps(
        {
            "PointType": "Timestamp",
            "StartingPoint": f"{datetime.fromtimestamp(aws.now() - 600, UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
    )
    again = aws.queue(FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=again.arn, Attributes={"ReplayPolicy": replay})


def events(aws: Aws, bench: Bench) -> None:
    """Retries to an API destination, an archive being replayed, a rule on a schedule, input with a wildcard path."""
    client, queue, bus = aws.client("events"), aws.queue(), aws.bus()
    bus_arn = client.describe_event_bus(Name=bus)["Arn"]
    connection = client.create_connection(Name="c", AuthorizationType="BASIC", AuthParameters=BASIC)["ConnectionArn"]
    aws.idle()
    destination = client.create_api_destination(
        Name="d", ConnectionArn=connection, InvocationEndpoint="https://shop.example/*", HttpMethod="POST"
    )["ApiDestinationArn"]
    client.put_rule(Name="r", EventBusName=bus, EventPattern=json.dumps({"detail": {"n": [{"numeric": [">", 0]}]}}))
    transformer = {"InputPathsMap": {"skus": "$.detail.lines[*].sku"}, "InputTemplate": '{"skus": <skus>}'}
    targets = [
        {"Id": "q", "Arn": queue.arn, "InputTransformer": transformer},
        {"Id": "d", "Arn": destination, "RoleArn": aws.role(), "HttpParameters": {"PathParameterValues": ["orders"]}},
    ]
    client.put_targets(Rule="r", EventBusName=bus, Targets=targets)
    client.put_rule(Name="tick", ScheduleExpression="rate(5 minutes)")
    client.put_targets(Rule="tick", Targets=[{"Id": "q", "Arn": queue.arn}])
    archive = client.create_archive(ArchiveName="a", EventSourceArn=bus_arn, RetentionDays=1)["ArchiveArn"]
    detail = {"n": 1, "lines": [{"sku": "x"}, {"sku": "y"}]}
    entry = {"EventBusName": bus, "Source": "s", "DetailType": "t", "Detail": json.dumps(detail)}
    client.put_events(Entries=[entry, {**entry, "Detail": '{"n": 0}'}])
    aws.idle()
    bench.served(503)
    bench.snapshot()
    aws.wait(900)
    client.put_events(Entries=[entry] * 3)
    while bench.calls:
        bench.served(500 if len(bench.calls) % 2 else 200)
    span = {
        "EventStartTime": datetime.fromtimestamp(aws.now() - 3600, UTC),
        "EventEndTime": datetime.fromtimestamp(aws.now(), UTC),
    }
    client.start_replay(ReplayName="again", EventSourceArn=archive, Destination={"Arn": bus_arn}, **span)


def pipes(aws: Aws, bench: Bench) -> None:
    """An enrichment that is out, a template with a wildcard, records that cannot be sent, a stream as a source."""
    source, target, enrich = aws.queue(), aws.queue(), aws.function(ECHO)
    client = aws.client("pipes")
    given = {"RoleArn": aws.role(), "Target": target.arn}
    template = {"TargetParameters": {"InputTemplate": '{"skus": <$.body.lines[*].sku>}'}}
    client.create_pipe(Name="enriched", Source=source.arn, Enrichment=aws.function_arn(enrich), **given, **template)
    stream, other = aws.stream(), aws.queue()
    client.create_pipe(
        Name="keyed",
        Source=other.arn,
        RoleArn=aws.role(),
        Target=stream,
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.body.key"}},
    )
    aws.wait(5)
    body = json.dumps({"lines": [{"sku": "x"}, {"sku": "y"}]})
    source.send(body)
    aws.idle()
    bench.snapshot()
    bench.answer([json.loads(bench.works[0][1].payload)[0]])
    other.send('{"no": "key"}')
    other.send('{"key": "k"}')
    source.send(body)
    aws.wait(2)


def schedules(aws: Aws, bench: Bench) -> None:
    """Schedules with retries, windows and an end, and a group that is being deleted."""
    client, queue = aws.client("scheduler"), aws.queue()
    function = aws.function_arn(aws.function(ECHO))
    client.create_schedule_group(Name="g")
    given = {"FlexibleTimeWindow": {"Mode": "OFF"}}
    to_queue, to_function = ({"Arn": arn, "RoleArn": aws.role(), "Input": "{}"} for arn in (queue.arn, function))
    client.create_schedule(Name="often", ScheduleExpression="rate(1 minute)", Target=to_queue, **given)
    window = {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 10}}
    client.create_schedule(Name="loose", ScheduleExpression="cron(0/20 * * * ? *)", Target=to_queue, **window)
    client.create_schedule(
        Name="called", GroupName="g", ScheduleExpression="rate(7 minutes)", Target=to_function, **given
    )
    gone = {
        "Arn": "arn:aws:sqs:us-east-1:123456789012:nobody",
        "RoleArn": aws.role(),
        "RetryPolicy": {"MaximumRetryAttempts": 9},
    }
    client.create_schedule(Name="lost", ScheduleExpression="rate(30 minutes)", Target=gone, **given)
    at = f"at({datetime.fromtimestamp(aws.now() + 1800, UTC):%Y-%m-%dT%H:%M:%S})"
    client.create_schedule(Name="once", ScheduleExpression=at, Target=to_queue, ActionAfterCompletion="DELETE", **given)
    aws.wait(600)
    bench.snapshot()
    bench.fail()
    aws.wait(61)
    client.delete_schedule_group(Name="g")

"""Streams as sources of pipes: EventBridge user guide, "Amazon Kinesis stream as a source" and that of DynamoDB."""

from typing import Any

from tests.delivery.aws import Aws
from tests.delivery.pipes import (
    FAILS,
    FAILS_POISON,
    REPORTS_POISON,
    kinesis,
    pipe,
    put_numbers,
    telling,
    template,
)

NUMBERED = '{"id": "<$.eventID>", "n": "<$.data.n>"}'


def test_a_stream_is_read_from_the_trim_horizon_from_the_latest_record_or_from_an_instant(aws: Aws):
    """Pipes API reference, PipeSourceKinesisStreamParameters, StartingPosition."""
    source = aws.stream()
    targets = {position: aws.queue() for position in ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")}
    put_numbers(aws, source, 1)
    aws.wait(10)
    since = aws.now()
    aws.wait(10)
    put_numbers(aws, source, 2)
    for position, target in targets.items():
        given: dict[str, Any] = {"StartingPosition": position}
        if position == "AT_TIMESTAMP":
            given["StartingPositionTimestamp"] = since
        pipe(aws, source, target.arn, SourceParameters=kinesis(**given), **template("<$.data.n>"))
    put_numbers(aws, source, 3)
    aws.idle()

    assert {position: target.bodies() for position, target in targets.items()} == {
        "TRIM_HORIZON": ["1", "2", "3"],
        "LATEST": ["3"],
        "AT_TIMESTAMP": ["2", "3"],
    }


def test_the_order_of_the_records_of_a_stream_is_kept_while_one_is_retried(aws: Aws):
    """… "EventBridge Pipes maintains the order of records from the data stream"."""
    source, seen = aws.stream(), aws.queue()
    reading = kinesis(BatchSize=1, MaximumRetryAttempts=2)
    pipe(aws, source, telling(aws, seen, FAILS_POISON), SourceParameters=reading, **template(NUMBERED))
    put_numbers(aws, source, 1, "poison", 3)
    aws.wait(60)

    assert [number for batch in seen.documents() for number in batch] == ["1", "poison", "poison", "poison", "3"]


def test_the_records_of_a_table_arrive_in_order(aws: Aws):
    """… "Amazon DynamoDB stream as a source"."""
    table, target = aws.table("NEW_IMAGE"), aws.queue(FifoQueue="true", ContentBasedDeduplication="true")
    pipe(
        aws,
        aws.table_stream(table),
        target.arn,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 5}},
        TargetParameters={
            "InputTemplate": '{"n": <$.dynamodb.NewImage.n.N>}',
            "SqsQueueParameters": {"MessageGroupId": "$.dynamodb.Keys.id.S"},
        },
    )
    for number in range(12):
        item = {"id": {"S": "a"}, "n": {"N": str(number)}}
        aws.client("dynamodb").put_item(TableName=table, Item=item)
    aws.idle()

    assert [event["n"] for event in target.documents()] == [str(number) for number in range(12)]


def test_records_are_discarded_after_the_retry_attempts_and_the_dead_letter_queue_is_told_where_they_were(aws: Aws):
    """… "Pipe DLQ behavior", and MaximumRetryAttempts."""
    source, dead, seen = aws.stream(), aws.queue(), aws.queue()
    reading = kinesis(BatchSize=2, MaximumRetryAttempts=1, DeadLetterConfig={"Arn": dead.arn})
    put_numbers(aws, source, "poison", 2)
    name = pipe(aws, source, telling(aws, seen, FAILS_POISON), SourceParameters=reading, **template(NUMBERED))
    aws.wait(60)

    (document,) = dead.documents()
    assert document["context"] == {
        "partnerResourceArn": aws.client("pipes").describe_pipe(Name=name)["Arn"],
        "condition": "RetryAttemptsExhausted",
    }
    info = document["KinesisBatchInfo"]
    assert (info["batchSize"], info["streamArn"]) == (2, source)
    assert info["startSequenceNumber"] < info["endSequenceNumber"]
    assert len(seen.documents()) == 2


def test_a_topic_can_be_told_of_what_was_discarded(aws: Aws):
    """… "Pipe DLQ behavior": SQS queues and SNS topics."""
    source, topic, dead = aws.stream(), aws.topic(), aws.queue()
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=dead.arn, Attributes={"RawMessageDelivery": "true"}
    )
    reading = kinesis(MaximumRetryAttempts=0, DeadLetterConfig={"Arn": topic})
    pipe(aws, source, aws.function_arn(aws.function(FAILS)), SourceParameters=reading)
    put_numbers(aws, source, 1)
    aws.wait(30)

    assert [document["context"]["condition"] for document in dead.documents()] == ["RetryAttemptsExhausted"]


def test_records_older_than_the_maximum_age_are_discarded(aws: Aws):
    """Pipes API reference, MaximumRecordAgeInSeconds: "Discard records older than the specified age"."""
    source, dead = aws.stream(), aws.queue()
    reading = kinesis(MaximumRecordAgeInSeconds=120, DeadLetterConfig={"Arn": dead.arn})
    pipe(aws, source, aws.function_arn(aws.function(FAILS)), SourceParameters=reading)
    put_numbers(aws, source, 1)
    aws.wait(90)
    before = dead.bodies()
    aws.wait(120)

    assert before == []
    assert [document["context"]["condition"] for document in dead.documents()] == ["RecordAgeExceeded"]


def test_automatic_bisect_halves_a_batch_until_one_failed_record_is_left(aws: Aws):
    """Pipes API reference, OnPartialBatchItemFailure."""
    source, dead, seen = aws.stream(), aws.queue(), aws.queue()
    reading = kinesis(
        OnPartialBatchItemFailure="AUTOMATIC_BISECT", MaximumRetryAttempts=0, DeadLetterConfig={"Arn": dead.arn}
    )
    put_numbers(aws, source, 1, 2, "poison", 4)
    pipe(aws, source, telling(aws, seen, FAILS_POISON), SourceParameters=reading, **template(NUMBERED))
    aws.wait(60)

    assert seen.documents() == [["1", "2", "poison", "4"], ["1", "2"], ["poison", "4"], ["poison"], ["4"]]
    assert [document["KinesisBatchInfo"]["batchSize"] for document in dead.documents()] == [1]


def test_without_bisecting_only_the_records_that_the_function_reports_are_retried(aws: Aws):
    """… "Amazon Kinesis stream as a source": "you can return specific failed records and only those get retried"."""
    source, seen = aws.stream(), aws.queue()
    put_numbers(aws, source, 1, "poison", 3)
    pipe(
        aws,
        source,
        telling(aws, seen, REPORTS_POISON),
        SourceParameters=kinesis(MaximumRetryAttempts=1),
        **template(NUMBERED),
    )
    aws.wait(60)

    assert seen.documents() == [["1", "poison", "3"], ["poison"]]


def test_a_parallelization_factor_lets_other_keys_of_a_shard_pass_one_that_fails(aws: Aws):
    """… "The concurrent executions can climb as high as the ParallelizationFactor … multiplied by the shards"."""
    source, seen = aws.stream(), aws.queue()
    reading = kinesis(BatchSize=1, ParallelizationFactor=2)
    pipe(aws, source, telling(aws, seen, FAILS_POISON), SourceParameters=reading, **template(NUMBERED))
    put_numbers(aws, source, "poison", key="a")
    put_numbers(aws, source, 2, key="a")
    put_numbers(aws, source, 3, key="b")
    aws.wait(30)

    attempted = [number for batch in seen.documents() for number in batch]
    assert "3" in attempted
    assert "2" not in attempted


def test_a_batch_ends_before_the_payload_limit_of_6_mb(aws: Aws):
    """… "until it has gathered a full batch, the batching window expires, or the batch reaches the payload limit"."""
    source, seen = aws.stream(), aws.queue()
    for _ in range(8):
        aws.client("kinesis").put_record(StreamARN=source, Data=b"x" * 900_000, PartitionKey="k")
        aws.wait(2)
    reading = kinesis(BatchSize=100)
    pipe(aws, source, telling(aws, seen), SourceParameters=reading, **template('"<$.partitionKey>"'))
    aws.idle()

    assert [len(batch) for batch in seen.documents()] == [5, 3]

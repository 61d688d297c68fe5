"""What Kinesis documents of enhanced fan-out."""

from contextlib import closing
from typing import Any

import pytest

from tests.delivery.aws import Aws

SHARD = "shardId-000000000000"


def register(aws: Aws, arn: str, name: str = "reader") -> str:
    consumer = aws.client("kinesis").register_stream_consumer(StreamARN=arn, ConsumerName=name)["Consumer"]
    aws.idle()
    return str(consumer["ConsumerARN"])


def put(aws: Aws, arn: str, *bodies: bytes) -> None:
    for body in bodies:
        aws.client("kinesis").put_record(StreamARN=arn, Data=body, PartitionKey="k")


def subscribe(aws: Aws, consumer: str, type_: str = "TRIM_HORIZON", **place: Any) -> Any:
    return aws.client("kinesis").subscribe_to_shard(
        ConsumerARN=consumer, ShardId=SHARD, StartingPosition={"Type": type_, **place}
    )["EventStream"]


def first_event(stream: Any) -> dict[str, Any]:
    with closing(stream):
        event: dict[str, Any] = next(iter(stream))["SubscribeToShardEvent"]
    return event


def bodies(event: dict[str, Any]) -> list[bytes]:
    return [record["Data"] for record in event["Records"]]


def test_a_registered_consumer_is_described_and_listed(aws: Aws):
    """API reference, RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers."""
    arn, kinesis = aws.stream(), aws.client("kinesis")

    consumer = register(aws, arn)

    described = kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]
    by_name = kinesis.describe_stream_consumer(StreamARN=arn, ConsumerName="reader")["ConsumerDescription"]
    assert described == by_name
    assert (described["ConsumerStatus"], described["StreamARN"]) == ("ACTIVE", arn)
    assert consumer.startswith(f"{arn}/consumer/reader:")
    assert [one["ConsumerARN"] for one in kinesis.list_stream_consumers(StreamARN=arn)["Consumers"]] == [consumer]


def test_a_stream_has_up_to_20_registered_consumers(aws: Aws):
    """API reference, RegisterStreamConsumer."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    for number in range(20):
        register(aws, arn, f"reader-{number}")

    with pytest.raises(kinesis.exceptions.LimitExceededException):
        register(aws, arn, "one-too-many")


def test_a_subscription_pushes_the_records_of_the_shard_from_its_starting_position(aws: Aws):
    """API reference, SubscribeToShard, StartingPosition."""
    arn = aws.stream()
    consumer = register(aws, arn)
    put(aws, arn, b"1", b"2")

    event = first_event(subscribe(aws, consumer))

    assert bodies(event) == [b"1", b"2"]
    assert event["MillisBehindLatest"] == 0


def test_the_continuation_sequence_number_captures_progress_even_when_no_data_is_written(aws: Aws):
    """API reference, SubscribeToShardEvent, ContinuationSequenceNumber."""
    arn = aws.stream()
    consumer = register(aws, arn)
    put(aws, arn, b"before")

    empty = first_event(subscribe(aws, consumer, "LATEST"))
    put(aws, arn, b"after")
    aws.wait(5)
    going_on = subscribe(aws, consumer, "AFTER_SEQUENCE_NUMBER", SequenceNumber=empty["ContinuationSequenceNumber"])

    assert bodies(empty) == []
    assert bodies(first_event(going_on)) == [b"after"]


# Over HTTP, time stands still between two requests and an event stream is one answer: its five minutes are over then.
@pytest.mark.parametrize("aws", ["in-process"], indirect=True)
def test_subscribing_again_within_5_seconds_is_refused_and_takes_over_after_that(aws: Aws):
    """API reference, SubscribeToShard."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    consumer = register(aws, arn)
    subscribe(aws, consumer)

    with pytest.raises(kinesis.exceptions.ResourceInUseException):
        subscribe(aws, consumer)
    aws.wait(5)

    assert bodies(first_event(subscribe(aws, consumer))) == []


def test_the_last_event_of_a_closed_shard_names_the_child_shards(aws: Aws):
    """API reference, SubscribeToShardEvent, ChildShards."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    consumer = register(aws, arn)
    put(aws, arn, b"1")
    kinesis.split_shard(StreamARN=arn, ShardToSplit=SHARD, NewStartingHashKey=str(2**127))
    aws.idle()

    events = [event["SubscribeToShardEvent"] for event in subscribe(aws, consumer)]

    assert [body for event in events for body in bodies(event)] == [b"1"]
    assert [child["ParentShards"] for child in events[-1]["ChildShards"]] == [[SHARD], [SHARD]]


def test_a_stream_with_consumers_is_deleted_only_when_their_deletion_is_enforced(aws: Aws):
    """API reference, DeleteStream, EnforceConsumerDeletion."""
    arn, kinesis = aws.stream(), aws.client("kinesis")
    consumer = register(aws, arn)

    with pytest.raises(kinesis.exceptions.ResourceInUseException):
        kinesis.delete_stream(StreamARN=arn)
    kinesis.delete_stream(StreamARN=arn, EnforceConsumerDeletion=True)
    aws.idle()

    with pytest.raises(kinesis.exceptions.ResourceNotFoundException):
        kinesis.describe_stream_consumer(ConsumerARN=consumer)

"""What a stream keeps to, who reads it, and what the ledger has of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedOperationError
from bus.local.kinesis import KinesisRoom
from bus.local.kinesis.throughput import Throughput
from bus.local.plane import Plane

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/events"
SHARD = "shardId-000000000000"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(KinesisRoom)


@pytest.fixture
def kinesis(plane: Plane) -> Any:
    client = boto3.client("kinesis", region_name=plane.region)
    client.create_stream(StreamName="events", ShardCount=1)
    return client


def put(kinesis: Any, *bodies: bytes) -> None:
    for body in bodies:
        kinesis.put_record(StreamName="events", Data=body, PartitionKey="k")


def subscribe(kinesis: Any) -> Any:
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    start = {"Type": "TRIM_HORIZON"}
    return kinesis.subscribe_to_shard(ConsumerARN=consumer, ShardId=SHARD, StartingPosition=start)["EventStream"]


def pushed(events: Any) -> list[list[bytes]]:
    return [[record["Data"] for record in event["SubscribeToShardEvent"]["Records"]] for event in events]


def test_a_refused_record_is_in_the_ledger(plane: Plane, kinesis: Any) -> None:
    records = [{"Data": b"x" * 600_000, "PartitionKey": "k"}] * 2

    with plane.ledger.following("event-1"):
        kinesis.put_records(StreamName="events", Records=records)

    assert [hop.outcome for hop in plane.ledger.of("event-1")] == ["ok", "ProvisionedThroughputExceededException"]


def test_a_burst_of_requests_in_one_instant_is_never_refused(kinesis: Any) -> None:
    put(kinesis, *[b"x"] * 2500)

    answer = kinesis.put_records(StreamName="events", Records=[{"Data": b"x", "PartitionKey": "k"}] * 500)

    assert answer["FailedRecordCount"] == 0


def test_the_second_slides_over_the_instants_of_the_clock() -> None:
    shard = Throughput()

    taken = [shard.takes(request, 400_000, request / 4, 1_048_576) for request in range(8)]

    # Two of 400,000 bytes fit into any second: those at 0 s, 0.25 s, 1 s and 1.25 s.
    assert taken == [True, True, False, False, True, True, False, False]


def test_reading_a_subscription_waits_for_what_comes_within_five_minutes(plane: Plane, kinesis: Any) -> None:
    events = subscribe(kinesis)
    for seconds in (100, 200, 400):
        plane.engine.after(seconds, lambda at=seconds: put(kinesis, str(at).encode()))
    before = plane.clock.time()

    read = pushed(events)

    assert read == [[], [b"100"], [b"200"]]
    assert plane.clock.time() - before == 300
    assert pushed(events) == []


def test_reading_a_subscription_within_a_task_gives_what_there_is(plane: Plane, kinesis: Any) -> None:
    events, read = subscribe(kinesis), []
    put(kinesis, b"1")

    plane.engine.soon(lambda: read.extend(pushed(events)))
    plane.engine.run_until_idle()

    assert read == [[b"1"]]


def test_deregistering_a_consumer_ends_its_subscription(kinesis: Any) -> None:
    events = subscribe(kinesis)

    kinesis.deregister_stream_consumer(StreamARN=ARN, ConsumerName="reader")

    assert pushed(events) == []


def test_a_stream_is_switched_between_capacity_modes_twice_within_24_hours(plane: Plane, kinesis: Any) -> None:
    modes = ("ON_DEMAND", "PROVISIONED", "ON_DEMAND")

    def switch(mode: str) -> None:
        kinesis.update_stream_mode(StreamARN=ARN, StreamModeDetails={"StreamMode": mode})

    switch(modes[0])
    switch(modes[1])
    with pytest.raises(kinesis.exceptions.LimitExceededException):
        switch(modes[2])
    plane.engine.advance(timedelta(hours=24))
    switch(modes[2])

    limits = kinesis.describe_limits()
    assert (limits["OnDemandStreamCount"], limits["OpenShardCount"]) == (1, 0)


def test_encryption_is_said_of_the_records_that_were_put_under_it(kinesis: Any) -> None:
    put(kinesis, b"open")
    kinesis.start_stream_encryption(StreamName="events", EncryptionType="KMS", KeyId="alias/aws/kinesis")
    answer = kinesis.put_record(StreamName="events", Data=b"sealed", PartitionKey="k")
    kinesis.stop_stream_encryption(StreamName="events", EncryptionType="KMS", KeyId="alias/aws/kinesis")

    where = kinesis.get_shard_iterator(StreamName="events", ShardId=SHARD, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=where["ShardIterator"])["Records"]

    assert answer["EncryptionType"] == "KMS"
    assert [record.get("EncryptionType") for record in records] == [None, "KMS"]
    assert kinesis.describe_stream(StreamName="events")["StreamDescription"]["EncryptionType"] == "NONE"


def test_metrics_are_switched_on_and_off(kinesis: Any) -> None:
    kinesis.enable_enhanced_monitoring(StreamName="events", ShardLevelMetrics=["ALL"])
    answer = kinesis.disable_enhanced_monitoring(StreamName="events", ShardLevelMetrics=["IncomingBytes"])

    assert len(answer["CurrentShardLevelMetrics"]) == 7
    assert len(answer["DesiredShardLevelMetrics"]) == 6


def test_streams_and_consumers_are_tagged(kinesis: Any) -> None:
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="reader", Tags={"a": "1"})["Consumer"]
    kinesis.add_tags_to_stream(StreamName="events", Tags={"b": "2", "c": "3"})
    kinesis.remove_tags_from_stream(StreamName="events", TagKeys=["b"])
    kinesis.tag_resource(ResourceARN=consumer["ConsumerARN"], Tags={"d": "4"})
    kinesis.untag_resource(ResourceARN=consumer["ConsumerARN"], TagKeys=["a"])

    of_consumer = kinesis.list_tags_for_resource(ResourceARN=consumer["ConsumerARN"])["Tags"]

    assert kinesis.list_tags_for_stream(StreamName="events")["Tags"] == [{"Key": "c", "Value": "3"}]
    assert of_consumer == [{"Key": "d", "Value": "4"}]
    with pytest.raises(ClientError, match="more than 50 tags"):
        kinesis.add_tags_to_stream(StreamName="events", Tags={str(number): "" for number in range(50)})


def test_a_record_is_kept_in_its_stream_until_the_retention_period_ends(plane: Plane, kinesis: Any) -> None:
    with plane.ledger.following("event-1"):
        put(kinesis, b"1")

    [found] = plane.rooms["kinesis"].whereabouts("event-1")

    assert (found.service, found.resource, found.state) == ("kinesis", ARN, "kept")
    assert found.until == plane.clock.time() + 24 * 3600
    plane.engine.advance(timedelta(hours=25))
    assert list(plane.rooms["kinesis"].whereabouts("event-1")) == []


@pytest.mark.parametrize("undone", [{"StreamId": "x"}, {"DryRun": True}])
def test_a_parameter_that_is_not_done_is_refused(plane: Plane, kinesis: Any, undone: dict[str, Any]) -> None:  # noqa: ARG001 - it makes the stream
    with pytest.raises(UnsupportedOperationError, match=next(iter(undone))):
        plane.call("kinesis", "PutRecord", StreamName="events", Data=b"", PartitionKey="k", **undone)


def test_limits_of_the_service_model_are_kept(kinesis: Any) -> None:
    with pytest.raises(ClientError, match="at 'streamName' failed to satisfy constraint"):
        kinesis.create_stream(StreamName="no spaces", ShardCount=1)
    with pytest.raises(ClientError, match="at 'scalingType'"):
        kinesis.update_shard_count(StreamName="events", TargetShardCount=2, ScalingType="ODD")


def test_ordering_is_asked_for_by_a_sequence_number(kinesis: Any) -> None:
    with pytest.raises(kinesis.exceptions.InvalidArgumentException, match="ExclusiveMinimumSequenceNumber first"):
        kinesis.put_record(StreamName="events", Data=b"", PartitionKey="k", SequenceNumberForOrdering="first")

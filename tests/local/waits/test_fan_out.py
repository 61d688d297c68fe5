"""SubscribeToShard under the real clock: a stream of events that ends with what there is."""

from bus.local.kinesis import KinesisRoom
from bus.local.operations import Response
from tests.local.waits.world import Ground, ground

SHARD = "shardId-000000000000"


def subscribed(real: Ground, consumer: str, type_: str, **place: str) -> list[Response]:
    given = {"ConsumerARN": consumer, "ShardId": SHARD, "StartingPosition": {"Type": type_, **place}}
    return [
        event["SubscribeToShardEvent"] for event in real.call("kinesis", "SubscribeToShard", **given)["EventStream"]
    ]


def put(real: Ground, *bodies: bytes) -> None:
    for body in bodies:
        real.call("kinesis", "PutRecord", StreamName="orders", Data=body, PartitionKey="k")


def test_a_consumer_is_sent_what_there_is_and_goes_on_from_there_when_it_subscribes_again():
    real = ground(KinesisRoom)
    real.call("kinesis", "CreateStream", StreamName="orders", ShardCount=1)
    stream = real.plane.arn("kinesis", "stream/orders")
    given = {"StreamARN": stream, "ConsumerName": "reader"}
    consumer = real.call("kinesis", "RegisterStreamConsumer", **given)["Consumer"]["ConsumerARN"]
    before = real.plane.clock.time()

    [empty] = subscribed(real, consumer, "LATEST")
    put(real, b"1", b"2")
    real.pass_(5)
    place = {"SequenceNumber": empty["ContinuationSequenceNumber"]}
    [event] = subscribed(real, consumer, "AFTER_SEQUENCE_NUMBER", **place)

    assert (empty["Records"], real.plane.clock.time() - before) == ([], 5)
    assert [record["Data"] for record in event["Records"]] == [b"1", b"2"]


def test_the_stream_of_a_shard_that_was_split_ends_with_its_children():
    real = ground(KinesisRoom)
    real.call("kinesis", "CreateStream", StreamName="orders", ShardCount=1)
    given = {"StreamARN": real.plane.arn("kinesis", "stream/orders"), "ConsumerName": "reader"}
    consumer = real.call("kinesis", "RegisterStreamConsumer", **given)["Consumer"]["ConsumerARN"]
    put(real, b"1")
    split = {"ShardToSplit": SHARD, "NewStartingHashKey": str(2**127)}
    real.call("kinesis", "SplitShard", StreamName="orders", **split)

    [event] = subscribed(real, consumer, "TRIM_HORIZON")

    assert [record["Data"] for record in event["Records"]] == [b"1"]
    assert len(event["ChildShards"]) == 2

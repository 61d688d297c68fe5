"""Streams of templates: made, changed in place, removed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from bus.local.errors import UnsupportedResourceError
from bus.local.kinesis import KinesisRoom
from bus.local.plane import Plane
from bus.local.resources import Made, RefusedValuesError, Resource

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s-Events-1"


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with(KinesisRoom)


@pytest.fixture
def kinesis(plane: Plane) -> Any:
    return boto3.client("kinesis", region_name=plane.region)


def stream(**properties: Any) -> Resource:
    return Resource("s", "Events", "AWS::Kinesis::Stream", properties, "s-Events-1", "t.yaml", 3)


def consumer(**properties: Any) -> Resource:
    return Resource("s", "Reader", "AWS::Kinesis::StreamConsumer", properties, "s-Reader-1", "t.yaml", 9)


def make(plane: Plane, wanted: Resource) -> Made:
    return Made(wanted, plane.makers.make(wanted))


def summary(kinesis: Any) -> dict[str, Any]:
    described: dict[str, Any] = kinesis.describe_stream_summary(StreamName="s-Events-1")["StreamDescriptionSummary"]
    return described


def everything(kinesis: Any) -> list[bytes]:
    found = []
    for shard in kinesis.list_shards(StreamName="s-Events-1")["Shards"]:
        where = kinesis.get_shard_iterator(
            StreamName="s-Events-1", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        found += kinesis.get_records(ShardIterator=where["ShardIterator"])["Records"]
    return [record["Data"] for record in found]


def test_a_template_sets_all_that_a_stream_keeps_to(plane: Plane, kinesis: Any) -> None:
    wanted = stream(
        ShardCount=1,
        RetentionPeriodHours=48,
        MaxRecordSizeInKiB=2048,
        DesiredShardLevelMetrics=["IncomingBytes"],
        StreamEncryption={"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
        Tags=[{"Key": "team", "Value": "orders"}],
    )

    make(plane, wanted)

    found = summary(kinesis)
    assert (found["RetentionPeriodHours"], found["MaxRecordSizeInKiB"]) == (48, 2048)
    assert found["EnhancedMonitoring"] == [{"ShardLevelMetrics": ["IncomingBytes"]}]
    assert (found["EncryptionType"], found["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert kinesis.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "team", "Value": "orders"}]


def test_an_update_keeps_the_records_and_scales_the_shards(plane: Plane, kinesis: Any) -> None:
    made = make(plane, stream(ShardCount=1, RetentionPeriodHours=48))
    kinesis.put_record(StreamName="s-Events-1", Data=b"kept", PartitionKey="k")

    plane.makers.update(stream(ShardCount=2, RetentionPeriodHours=72), made)

    assert (summary(kinesis)["OpenShardCount"], summary(kinesis)["RetentionPeriodHours"]) == (2, 72)
    assert everything(kinesis) == [b"kept"]


def test_a_property_that_is_removed_goes_back_to_its_default(plane: Plane, kinesis: Any) -> None:
    given = {"RetentionPeriodHours": 48, "MaxRecordSizeInKiB": 2048, "Tags": [{"Key": "a", "Value": "b"}]}
    made = make(plane, stream(ShardCount=1, **given))

    plane.makers.update(stream(ShardCount=1), made)

    assert (summary(kinesis)["RetentionPeriodHours"], summary(kinesis)["MaxRecordSizeInKiB"]) == (24, 1024)
    assert kinesis.list_tags_for_stream(StreamName="s-Events-1")["Tags"] == []


def test_an_update_switches_the_capacity_mode_and_the_shards_stay(plane: Plane, kinesis: Any) -> None:
    made = make(plane, stream(ShardCount=3))

    plane.makers.update(stream(StreamModeDetails={"StreamMode": "ON_DEMAND"}), made)

    assert summary(kinesis)["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary(kinesis)["OpenShardCount"] == 3


def test_an_update_keeps_to_the_limits_of_scaling(plane: Plane) -> None:
    made = make(plane, stream(ShardCount=1))

    with pytest.raises(RefusedValuesError, match="cannot scale up over double"):
        plane.makers.update(stream(ShardCount=8), made)


def test_what_is_removed_is_gone_with_its_consumers(plane: Plane, kinesis: Any) -> None:
    made = make(plane, stream(ShardCount=1))
    reader = make(plane, consumer(ConsumerName="reader", StreamARN=ARN))

    plane.makers.remove(made)
    plane.makers.remove(reader)

    assert kinesis.list_streams()["StreamNames"] == []
    assert list(plane.rooms["kinesis"].streams.consumers.of_stream(ARN)) == []


def test_a_consumer_of_a_template_is_registered_and_deregistered(plane: Plane, kinesis: Any) -> None:
    make(plane, stream(ShardCount=1))

    made = make(plane, consumer(ConsumerName="reader", StreamARN=ARN))

    [found] = kinesis.list_stream_consumers(StreamARN=ARN)["Consumers"]
    assert made.ref == made.deployed.attributes["ConsumerARN"] == found["ConsumerARN"]
    plane.makers.remove(made)
    assert kinesis.list_stream_consumers(StreamARN=ARN)["Consumers"] == []


def test_a_resource_policy_is_kept_and_removed(plane: Plane, kinesis: Any) -> None:
    make(plane, stream(ShardCount=1))
    properties = {"ResourceArn": ARN, "ResourcePolicy": {"Version": "2012-10-17"}}

    made = make(plane, Resource("s", "P", "AWS::Kinesis::ResourcePolicy", properties, "p"))

    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == '{"Version": "2012-10-17"}'
    plane.makers.remove(made)
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException, match="No resource policy"):
        kinesis.get_resource_policy(ResourceARN=ARN)


def test_a_property_that_is_not_done_names_its_place(plane: Plane) -> None:
    with pytest.raises(UnsupportedResourceError, match=r"t\.yaml:3: Events .*WarmThroughputMiBps"):
        make(plane, stream(ShardCount=1, WarmThroughputMiBps=100))


def test_retention_of_a_changed_stream_trims(plane: Plane, kinesis: Any) -> None:
    made = make(plane, stream(ShardCount=1, RetentionPeriodHours=48))
    kinesis.put_record(StreamName="s-Events-1", Data=b"old", PartitionKey="k")
    plane.engine.advance(timedelta(hours=25))

    plane.makers.update(stream(ShardCount=1), made)

    assert everything(kinesis) == []

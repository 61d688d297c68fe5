"""AWS::Kinesis::Stream, StreamConsumer and ResourcePolicy."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.kinesis.settings import named_metrics
from bus.local.kinesis.stream import BY_KEY, DEFAULT_RETENTION, Stream
from bus.local.kinesis.streams import Streams, distribute, record_kib, set_retention
from bus.local.plane import Plane
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates

_STREAM, _CONSUMER, _POLICY = "AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer", "AWS::Kinesis::ResourcePolicy"


class StreamResources:
    """Makes, changes and removes streams, their consumers and their policies."""

    streams: Streams
    policies: dict[str, str]
    _plane: Plane

    @resource(
        _STREAM,
        acts_on={
            "Name",
            "ShardCount",
            "StreamModeDetails.StreamMode",
            "RetentionPeriodHours",
            "MaxRecordSizeInKiB",
            "RecordDistributionStrategy",
            "DesiredShardLevelMetrics",
            "StreamEncryption",
            "Tags",
        },
        replaced_by={"Name"},
    )
    def make_stream(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("Name") or wanted.name
        given = {
            member: wanted.properties[member]
            for member in ("ShardCount", "StreamModeDetails")
            if member in wanted.properties
        }
        try:
            stream = self.streams.create({"StreamName": name, **given})
            _settle(stream, wanted)
        except AwsError as error:
            raise wanted.unsupported(f"this stream ({error.message})") from error
        return _deployed(stream)

    @updates(_STREAM)
    def update_stream(self, wanted: Resource, made: Made) -> Deployed:
        """As CloudFormation: the mode by UpdateStreamMode, the shards by UpdateShardCount and within its limits."""
        stream = self.streams.named(made.ref)
        on_demand = _mode(wanted.properties) == "ON_DEMAND"
        if on_demand != stream.on_demand:
            self._plane.call(
                "kinesis",
                "UpdateStreamMode",
                StreamARN=stream.arn,
                StreamModeDetails={"StreamMode": _mode(wanted.properties)},
            )
        count = wanted.properties.get("ShardCount")
        if not on_demand and count is not None and int(count) != len(stream.shards.open):
            self._reshard(stream, int(count))
        _settle(stream, wanted)
        return _deployed(stream)

    @removes(_STREAM)
    def remove_stream(self, made: Made) -> None:
        if self.streams.has(made.ref):
            self.streams.delete(self.streams.named(made.ref), with_consumers=True)

    @resource(
        _CONSUMER,
        acts_on={"ConsumerName", "StreamARN", "Tags"},
        replaced_by={"ConsumerName", "StreamARN", "Tags"},
    )
    def make_consumer(self, wanted: Resource) -> Deployed:
        stream = self.streams.of({"StreamARN": wanted.properties["StreamARN"]})
        consumer = self.streams.consumers.register(stream.arn, wanted.properties["ConsumerName"])
        consumer.tags.update(wanted.tags)
        described = consumer.described()
        created = str(int(consumer.created_at.timestamp()))
        return Deployed(consumer.arn, {**described, "StreamARN": stream.arn, "ConsumerCreationTimestamp": created})

    @updates(_CONSUMER)
    def update_consumer(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - each property replaces it
        return made.deployed

    @removes(_CONSUMER)
    def remove_consumer(self, made: Made) -> None:
        # Deleting the stream before it took its consumers along.
        consumers = self.streams.consumers
        for consumer in consumers.of_stream(made.properties["StreamARN"]):
            if consumer.arn == made.ref:
                consumers.deregister(consumer)

    @resource(_POLICY, acts_on={"ResourceArn", "ResourcePolicy"}, replaced_by={"ResourceArn"})
    def make_policy(self, wanted: Resource) -> Deployed:
        return self._put_policy(wanted)

    @updates(_POLICY)
    def update_policy(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - the whole policy is put anew
        return self._put_policy(wanted)

    @removes(_POLICY)
    def remove_policy(self, made: Made) -> None:
        self.policies.pop(made.ref, None)

    def _put_policy(self, wanted: Resource) -> Deployed:
        arn: str = wanted.properties["ResourceArn"]
        policy = json.dumps(wanted.properties["ResourcePolicy"])
        self._plane.call("kinesis", "PutResourcePolicy", ResourceARN=arn, Policy=policy)
        return Deployed(arn)

    def _reshard(self, stream: Stream, count: int) -> None:
        self._plane.call(
            "kinesis",
            "UpdateShardCount",
            StreamARN=stream.arn,
            TargetShardCount=count,
            ScalingType="UNIFORM_SCALING",
        )


def _mode(properties: Mapping[str, Any]) -> str:
    return str((properties.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED"))


def _settle(stream: Stream, wanted: Resource) -> None:
    """Give a stream the settings of its template, and the default of each that the template leaves out."""
    properties = wanted.properties
    set_retention(stream, int(properties.get("RetentionPeriodHours", DEFAULT_RETENTION)))
    stream.record_kib = record_kib(properties.get("MaxRecordSizeInKiB"))
    distribute(stream, properties.get("RecordDistributionStrategy", BY_KEY))
    stream.metrics = named_metrics(properties.get("DesiredShardLevelMetrics", []))
    stream.encryption_key = (properties.get("StreamEncryption") or {}).get("KeyId")
    stream.tags = wanted.tags


def _deployed(stream: Stream) -> Deployed:
    return Deployed(stream.name, {"Arn": stream.arn})

"""AWS::Kinesis::Stream."""

from bus.local.errors import AwsError
from bus.local.kinesis.streams import Streams, set_retention
from bus.local.resources import UNENCRYPTED, Deployed, Resource, resource


class StreamResources:
    """Makes streams from templates."""

    streams: Streams

    @resource(
        "AWS::Kinesis::Stream",
        acts_on={"Name", "ShardCount", "StreamModeDetails", "RetentionPeriodHours", "MaxRecordSizeInKiB", "Tags"},
        inert={"StreamEncryption": UNENCRYPTED},
    )
    def make_stream(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        mode = properties.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
        name = properties.get("Name") or wanted.name
        try:
            stream = self.streams.create(name, mode, properties.get("ShardCount"), properties.get("MaxRecordSizeInKiB"))
            set_retention(stream, int(properties.get("RetentionPeriodHours", stream.retention_hours)))
        except AwsError as error:
            raise wanted.unsupported(f"this stream ({error.message})") from error
        stream.tags.update(wanted.tags)
        return Deployed(stream.name, {"Arn": stream.arn})

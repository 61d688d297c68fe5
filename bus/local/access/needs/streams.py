"""Kinesis, Firehose and DynamoDB streams: what their operations need (Service Authorization Reference)."""

from bus.local.access.needs.need import ANYTHING, Call
from bus.local.access.needs.rules import On, Rules


def _of_iterator(call: Call, iterator: str) -> str:
    # The plane's iterators begin with the stream's name.
    return call.arn("kinesis", f"stream/{iterator.partition('/')[0]}")


KINESIS = Rules(
    "kinesis",
    on=(
        On("ConsumerARN"),
        On("ResourceARN"),
        On("ChannelARN"),
        On("StreamARN"),
        On("StreamName", "stream/{}"),
        On("ShardIterator", _of_iterator),
        On("ChannelName", "channel/{}", {"CreateChannel"}),
    ),
    nowhere={
        "DescribeAccountSettings",
        "DescribeLimits",
        "DisableEnhancedMonitoring",
        "EnableEnhancedMonitoring",
        "ListChannels",
        "ListStreams",
        "UpdateAccountSettings",
        "UpdateShardCount",
        "UpdateStreamMode",
    },
)
FIREHOSE = Rules("firehose", on=(On("DeliveryStreamName", "deliverystream/{}"),))


def _of_position(_: Call, iterator: str) -> str:
    stream = iterator.rpartition("|")[0]
    return stream if stream.startswith("arn:") else ANYTHING


DYNAMODB_STREAMS = Rules(
    "dynamodb",
    on=(On("StreamArn"), On("ShardIterator", _of_position)),
    nowhere={"ListStreams"},
)

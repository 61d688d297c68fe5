"""The operations of consumers with enhanced fan-out."""

from bus.local.kinesis.consumers import Consumer
from bus.local.kinesis.errors import in_use
from bus.local.kinesis.labels import add_tags
from bus.local.kinesis.reading import start
from bus.local.kinesis.requests import checked
from bus.local.kinesis.streams import Streams
from bus.local.kinesis.subscription import Subscription
from bus.local.operations import Params, Response
from bus.local.pages import page
from bus.local.plane import Plane

_RENEWABLE = 5.0  # seconds after which a subscription may be taken over; API reference, SubscribeToShard


class FanOut:
    """Registering consumers, and subscribing them to shards."""

    streams: Streams
    _plane: Plane

    @checked("RegisterStreamConsumer")
    def register_stream_consumer(self, params: Params) -> Response:
        stream = self.streams.of({"StreamARN": params["StreamARN"]})
        consumer = self.streams.consumers.register(stream.arn, params["ConsumerName"])
        add_tags(consumer.tags, params.get("Tags") or {})
        # Kinesis answers before the consumer is there; asked again, it is ACTIVE.
        return {"Consumer": consumer.described() | {"ConsumerStatus": "CREATING"}}

    @checked("DeregisterStreamConsumer")
    def deregister_stream_consumer(self, params: Params) -> Response:
        self.streams.consumers.deregister(self.streams.consumers.of(params))
        return {}

    @checked("DescribeStreamConsumer")
    def describe_stream_consumer(self, params: Params) -> Response:
        consumer = self.streams.consumers.of(params)
        return {"ConsumerDescription": consumer.described() | {"StreamARN": consumer.stream_arn}}

    @checked("ListStreamConsumers")
    def list_stream_consumers(self, params: Params) -> Response:
        stream = self.streams.of({"StreamARN": params["StreamARN"]})
        found = [consumer.described() for consumer in self.streams.consumers.of_stream(stream.arn)]
        return page("Consumers", found, params, size="MaxResults")

    @checked("SubscribeToShard")
    def subscribe_to_shard(self, params: Params) -> Response:
        consumer = self.streams.consumers.of(params)
        stream = self.streams.of({"StreamARN": consumer.stream_arn})
        shard, place = stream.shard(params["ShardId"]), params["StartingPosition"]
        now = self._plane.clock.time()
        position = start(stream, shard, place["Type"], place.get("SequenceNumber"), place.get("Timestamp"), now)
        self._take_over(consumer, shard.id, now)
        subscription = Subscription(self._plane, stream, shard, position)
        consumer.subscriptions[shard.id] = subscription
        return {"EventStream": subscription if self._plane.world is None else list(subscription)}

    @staticmethod
    def _take_over(consumer: Consumer, shard: str, now: float) -> None:
        """End the subscription that the shard has. Raises AwsError when it is too young for that."""
        before = consumer.subscriptions.get(shard)
        if before is None:
            return
        if now < before.since + _RENEWABLE:
            raise in_use(f"Another active subscription exists for this consumer: {consumer.arn}, shard {shard}.")
        before.close()

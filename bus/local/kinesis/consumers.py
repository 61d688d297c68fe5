"""Consumers with enhanced fan-out: who is registered to be sent a stream's records.

Kinesis developer guide, "Develop enhanced fan-out consumers with dedicated throughput". A consumer is active as soon
as it is registered.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.kinesis.errors import in_use, invalid_argument, limit_exceeded, not_found
from bus.local.kinesis.subscription import Subscription
from bus.local.operations import Params
from bus.local.plane import Plane

CONSUMERS_A_STREAM = 20  # API reference, RegisterStreamConsumer


@dataclass(eq=False, slots=True)
class Consumer:
    """One registration; `subscriptions` are its latest, by shard."""

    name: str
    arn: str
    stream_arn: str
    created_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """As ListStreamConsumers answers it."""
        return {
            "ConsumerName": self.name,
            "ConsumerARN": self.arn,
            "ConsumerStatus": "ACTIVE",
            "ConsumerCreationTimestamp": self.created_at,
        }


class Consumers:
    """Every consumer of the account, by its ARN."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_arn: dict[str, Consumer] = {}

    def of_stream(self, stream_arn: str) -> list[Consumer]:
        """In the order of their names."""
        found = [consumer for consumer in self._by_arn.values() if consumer.stream_arn == stream_arn]
        return sorted(found, key=lambda consumer: consumer.name)

    def register(self, stream_arn: str, name: str) -> Consumer:
        """Raises AwsError for a name that the stream has already, and when it has as many consumers as it may."""
        there = self.of_stream(stream_arn)
        if any(consumer.name == name for consumer in there):
            raise in_use(f"Consumer {name} of stream {stream_arn} already exists.")
        if len(there) >= CONSUMERS_A_STREAM:
            raise limit_exceeded(f"Stream {stream_arn} has {CONSUMERS_A_STREAM} consumers, and may have no more.")
        created = int(self._plane.clock.time())
        consumer = Consumer(name, f"{stream_arn}/consumer/{name}:{created}", stream_arn, self._plane.clock.now())
        self._by_arn[consumer.arn] = consumer
        return consumer

    def with_arn(self, arn: str) -> Consumer:
        """Raises AwsError when there is none."""
        if arn not in self._by_arn:
            raise not_found(f"Consumer {arn}, account {self._plane.account} not found.")
        return self._by_arn[arn]

    def of(self, params: Params) -> Consumer:
        """The consumer that a request names: by its ARN, or by its stream's ARN and its name. Raises AwsError."""
        arn, stream_arn, name = (params.get(member) for member in ("ConsumerARN", "StreamARN", "ConsumerName"))
        if arn is not None:
            return self.with_arn(arn)
        if stream_arn is None or name is None:
            raise invalid_argument("Either ConsumerARN, or both StreamARN and ConsumerName must be provided.")
        for consumer in self.of_stream(stream_arn):
            if consumer.name == name:
                return consumer
        raise not_found(f"Consumer {name}, account {self._plane.account} not found.")

    def deregister(self, consumer: Consumer) -> None:
        """Forget it, and end what it is subscribed to."""
        for subscription in consumer.subscriptions.values():
            subscription.close()
        del self._by_arn[consumer.arn]

    def forget(self, stream_arn: str) -> None:
        """Forget every consumer of a stream."""
        for consumer in self.of_stream(stream_arn):
            self.deregister(consumer)

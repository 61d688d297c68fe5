"""Figures that are read off the plane as it is now, instead of counted: those of queues.

SQS developer guide, "Available CloudWatch metrics for Amazon SQS".
"""

from collections.abc import Iterator, Mapping

from bus.local.meters import Key
from bus.local.plane import Plane

NAMESPACE = "AWS/SQS"
_ATTRIBUTES = {
    "ApproximateNumberOfMessagesVisible": "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible": "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed": "ApproximateNumberOfMessagesDelayed",
}
_AGE = "ApproximateAgeOfOldestMessage"


class Gauges:
    """Reads them by the operations of the rooms, as everybody does."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def __iter__(self) -> Iterator[Key]:
        """Every figure that can be read."""
        for name in self._queues():
            for metric in (*_ATTRIBUTES, _AGE):
                yield NAMESPACE, metric, (("QueueName", name),)

    def read(self, key: Key) -> float | None:
        """What a figure is now; None for one that there is not."""
        namespace, metric, dimensions = key
        url = self._queues().get(dict(dimensions).get("QueueName", ""))
        if namespace != NAMESPACE or len(dimensions) != 1 or url is None:
            return None
        if metric == _AGE:
            since: float | None = self._plane.rooms["sqs"].oldest(url)
            return 0.0 if since is None else self._plane.clock.time() - since
        if metric not in _ATTRIBUTES:
            return None
        wanted = _ATTRIBUTES[metric]
        answer = self._plane.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=[wanted])
        return float(answer["Attributes"][wanted])

    def _queues(self) -> Mapping[str, str]:
        """URLs by name."""
        urls = self._plane.call("sqs", "ListQueues").get("QueueUrls", ())
        return {url.rpartition("/")[2]: url for url in urls}

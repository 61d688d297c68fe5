"""The operations on queues themselves."""

from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.operations import Params, Response, operation
from bus.local.sqs.errors import SqsError
from bus.local.sqs.message import Place
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues

_COUNTS = {
    "ApproximateNumberOfMessages": Place.VISIBLE,
    "ApproximateNumberOfMessagesNotVisible": Place.IN_FLIGHT,
    "ApproximateNumberOfMessagesDelayed": Place.DELAYED,
}
_SETTABLE_WHEN_SET = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds")
_FIFO = ("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")


class Administration:
    """Creating, describing, tagging, purging and deleting queues."""

    queues: Queues

    @operation("CreateQueue")
    def create_queue(self, params: Params) -> Response:
        queue = self.queues.create(params["QueueName"], params.get("Attributes") or {})
        queue.tags.update(params.get("tags") or {})
        return {"QueueUrl": queue.url}

    @operation("DeleteQueue")
    def delete_queue(self, params: Params) -> Response:
        self.queues.delete(self.queues.at(params["QueueUrl"]))
        return {}

    @operation("GetQueueUrl")
    def get_queue_url(self, params: Params) -> Response:
        return {"QueueUrl": self.queues.at(params["QueueName"]).url}

    @operation("ListQueues")
    def list_queues(self, params: Params) -> Response:
        queues = self.queues.starting_with(params.get("QueueNamePrefix") or "")
        return _page(params, "QueueUrls", [queue.url for queue in queues])

    @operation("ListDeadLetterSourceQueues")
    def list_dead_letter_source_queues(self, params: Params) -> Response:
        queues = self.queues.sources_of(self.queues.at(params["QueueUrl"]))
        return {"queueUrls": []} | _page(params, "queueUrls", [queue.url for queue in queues])

    @operation("GetQueueAttributes")
    def get_queue_attributes(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        names = params.get("AttributeNames") or []
        known = _attributes(queue)
        for name in names:
            if name not in known and name not in ("All", *_SETTABLE_WHEN_SET, *_FIFO):
                raise SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")
        chosen = {name: text for name, text in known.items() if "All" in names or name in names}
        return {"Attributes": chosen} if chosen else {}

    @operation("SetQueueAttributes")
    def set_queue_attributes(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        attributes = params["Attributes"]
        if "FifoQueue" in attributes and attributes["FifoQueue"] != queue.settings.texts.get("FifoQueue"):
            raise SqsError("InvalidAttributeName", "Unknown Attribute FifoQueue.")
        settings = queue.settings.changed(attributes)
        self.queues.check_redrive(queue.arn, settings)
        queue.configure(settings)
        return {}

    @operation("PurgeQueue")
    def purge_queue(self, params: Params) -> Response:
        self.queues.at(params["QueueUrl"]).purge()
        return {}

    @operation("TagQueue")
    def tag_queue(self, params: Params) -> Response:
        self.queues.at(params["QueueUrl"]).tags.update(params["Tags"])
        return {}

    @operation("UntagQueue")
    def untag_queue(self, params: Params) -> Response:
        tags = self.queues.at(params["QueueUrl"]).tags
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("ListQueueTags")
    def list_queue_tags(self, params: Params) -> Response:
        tags = self.queues.at(params["QueueUrl"]).tags
        return {"Tags": dict(tags)} if tags else {}


def _attributes(queue: Queue) -> dict[str, str]:
    return {
        "QueueArn": queue.arn,
        **{name: str(queue.count(place)) for name, place in _COUNTS.items()},
        "CreatedTimestamp": str(int(queue.created_at)),
        "LastModifiedTimestamp": str(int(queue.modified_at)),
        **queue.settings.texts,
    }


def _page(params: Params, member: str, urls: list[str]) -> dict[str, Any]:
    if params.get("NextToken") is not None or len(urls) > (params.get("MaxResults") or 1000):
        raise UnsupportedOperationError("pages of queues")
    return {member: urls} if urls else {}

"""The operations on queues themselves."""

from bus.local.operations import Params, Response, operation
from bus.local.sqs.errors import SqsError, invalid_value, missing, no_such_queue, refused, unknown_attribute
from bus.local.sqs.listing import page
from bus.local.sqs.message import Place
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues
from bus.local.sqs.settings import SETTABLE

_COUNTS = {
    "ApproximateNumberOfMessages": Place.VISIBLE,
    "ApproximateNumberOfMessagesNotVisible": Place.IN_FLIGHT,
    "ApproximateNumberOfMessagesDelayed": Place.DELAYED,
}
_MOST_TAGS = 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


class Administration:
    """Creating, describing, tagging, purging and deleting queues."""

    queues: Queues

    @operation("CreateQueue")
    def create_queue(self, params: Params) -> Response:
        tags = params.get("tags") or {}
        _check_tags(params["QueueName"], tags, tags)
        return {"QueueUrl": self.queues.create(params["QueueName"], params.get("Attributes") or {}, tags).url}

    @operation("DeleteQueue")
    def delete_queue(self, params: Params) -> Response:
        self.queues.delete(self.queues.at(params["QueueUrl"]))
        return {}

    @operation("GetQueueUrl")
    def get_queue_url(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueName"])
        if params.get("QueueOwnerAWSAccountId") not in (None, queue.arn.split(":")[4]):
            raise no_such_queue()
        return {"QueueUrl": queue.url}

    @operation("ListQueues")
    def list_queues(self, params: Params) -> Response:
        listed = page(params, "QueueUrls", self.queues.starting_with(params.get("QueueNamePrefix") or ""))
        return listed if listed["QueueUrls"] else {}

    @operation("ListDeadLetterSourceQueues")
    def list_dead_letter_source_queues(self, params: Params) -> Response:
        return page(params, "queueUrls", self.queues.sources_of(self.queues.at(params["QueueUrl"])))

    @operation("GetQueueAttributes")
    def get_queue_attributes(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        names = params.get("AttributeNames") or []
        known = _attributes(queue)
        for name in names:
            if name not in known and name not in ("All", *SETTABLE):
                raise unknown_attribute(name)
        chosen = {name: text for name, text in known.items() if "All" in names or name in names}
        return {"Attributes": chosen} if chosen else {}

    @operation("SetQueueAttributes")
    def set_queue_attributes(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        self.queues.configure(queue, queue.settings.changed(params["Attributes"]))
        return {}

    @operation("PurgeQueue")
    def purge_queue(self, params: Params) -> Response:
        self.queues.at(params["QueueUrl"]).purge()
        return {}

    @operation("TagQueue")
    def tag_queue(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        if not params["Tags"]:
            raise missing("Tags")
        _check_tags(queue.name, params["Tags"], queue.tags | params["Tags"])
        queue.tags.update(params["Tags"])
        return {}

    @operation("UntagQueue")
    def untag_queue(self, params: Params) -> Response:
        queue = self.queues.at(params["QueueUrl"])
        if not params["TagKeys"]:
            raise refused("Tag keys must be between 1 and 128 characters in length.")
        for key in params["TagKeys"]:
            queue.tags.pop(key, None)
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


def _check_tags(queue_name: str, given: dict[str, str], altogether: dict[str, str]) -> None:
    """Raises SqsError for what no tag may be (developer guide, "Quotas related to queues")."""
    for key, value in given.items():
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise refused(f"Tag keys must be between 1 and {_LONGEST_KEY} characters in length.")
        if len(value) > _LONGEST_VALUE:
            raise refused(f"Tag values must be between 0 and {_LONGEST_VALUE} characters in length.")
        if key.lower().startswith("aws:"):
            raise invalid_value("Tags", key, "Tag keys must not begin with aws:.")
    if len(altogether) > _MOST_TAGS:
        raise SqsError("InvalidParameterValue", f"Too many tags added for queue {queue_name}.")

"""AWS::SQS::Queue, AWS::SQS::QueuePolicy and AWS::SQS::QueueInlinePolicy."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bus.local.resources import Deployed, Made, Resource, as_attribute, removes, resource, updates
from bus.local.sqs.errors import SqsError
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues

_ATTRIBUTES = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
}


class QueueResources:
    """Makes, changes and deletes queues and their policies as templates say."""

    queues: Queues

    @resource(
        "AWS::SQS::Queue",
        acts_on={"QueueName", "Tags", *_ATTRIBUTES},
        replaced_by={"FifoQueue", "QueueName"},
    )
    def make_queue(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("QueueName") or _generated_name(wanted)
        return _deployed(self.queues.create(name, _attributes(wanted.properties), wanted.tags))

    @updates("AWS::SQS::Queue")
    def update_queue(self, wanted: Resource, made: Made) -> Deployed:
        """What the template no longer sets goes back to its default; messages stay as they are."""
        queue = self.queues.at(made.ref)
        before, after = _attributes(made.properties), _attributes(wanted.properties)
        settings = queue.settings.with_defaults(before.keys() - after.keys())
        self.queues.configure(queue, settings.changed(after))
        queue.tags.clear()
        queue.tags.update(wanted.tags)
        return _deployed(queue)

    @removes("AWS::SQS::Queue")
    def remove_queue(self, made: Made) -> None:
        self.queues.delete(self.queues.at(made.ref))

    @resource("AWS::SQS::QueuePolicy", acts_on={"PolicyDocument", "Queues"})
    def make_queue_policy(self, wanted: Resource) -> Deployed:
        self._set_policy(wanted.properties["Queues"], wanted.properties)
        return Deployed(wanted.name, {"Id": wanted.name})

    @updates("AWS::SQS::QueuePolicy")
    def update_queue_policy(self, wanted: Resource, made: Made) -> Deployed:
        self._drop_policy(url for url in made.properties["Queues"] if url not in wanted.properties["Queues"])
        self._set_policy(wanted.properties["Queues"], wanted.properties)
        return made.deployed

    @removes("AWS::SQS::QueuePolicy")
    def remove_queue_policy(self, made: Made) -> None:
        self._drop_policy(made.properties["Queues"])

    @resource("AWS::SQS::QueueInlinePolicy", acts_on={"PolicyDocument", "Queue"}, replaced_by={"Queue"})
    def make_queue_inline_policy(self, wanted: Resource) -> Deployed:
        self._set_policy([wanted.properties["Queue"]], wanted.properties)
        return Deployed(wanted.properties["Queue"])

    @updates("AWS::SQS::QueueInlinePolicy")
    def update_queue_inline_policy(self, wanted: Resource, made: Made) -> Deployed:
        self._set_policy([wanted.properties["Queue"]], wanted.properties)
        return made.deployed

    @removes("AWS::SQS::QueueInlinePolicy")
    def remove_queue_inline_policy(self, made: Made) -> None:
        self._drop_policy([made.properties["Queue"]])

    def _set_policy(self, urls: Iterable[str], properties: Mapping[str, Any]) -> None:
        for url in urls:
            queue = self.queues.at(url)
            queue.configure(queue.settings.changed({"Policy": json.dumps(properties["PolicyDocument"])}))

    def _drop_policy(self, urls: Iterable[str]) -> None:
        for url in urls:
            try:
                queue = self.queues.at(url)
            except SqsError:  # its queue went first, and the policy with it
                continue
            queue.configure(queue.settings.changed({"Policy": ""}))


def _attributes(properties: Mapping[str, Any]) -> dict[str, str]:
    attributes = {name: as_attribute(value) for name, value in properties.items() if name in _ATTRIBUTES}
    if attributes.get("FifoQueue") == "false":
        del attributes["FifoQueue"]
    return attributes


def _deployed(queue: Queue) -> Deployed:
    return Deployed(queue.url, {"Arn": queue.arn, "QueueName": queue.name, "QueueUrl": queue.url})


def _generated_name(wanted: Resource) -> str:
    fifo = as_attribute(wanted.properties.get("FifoQueue", False)) == "true"
    return wanted.name.removesuffix(".fifo") + ".fifo" if fifo else wanted.name

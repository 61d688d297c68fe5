"""AWS::SQS::Queue and AWS::SQS::QueuePolicy."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.resources import Deployed, Resource, resource
from bus.local.sqs.queues import Queues

_ENCRYPTION = "the plane keeps messages in memory and encrypts nothing"
_DOCUMENTS = ("RedrivePolicy", "RedriveAllowPolicy")
_ATTRIBUTES = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    *_DOCUMENTS,
}


class QueueResources:
    """Makes queues and their policies from templates."""

    queues: Queues

    @resource(
        "AWS::SQS::Queue",
        acts_on={"QueueName", "Tags", *_ATTRIBUTES},
        inert={
            "KmsMasterKeyId": _ENCRYPTION,
            "KmsDataKeyReusePeriodSeconds": _ENCRYPTION,
            "SqsManagedSseEnabled": _ENCRYPTION,
        },
    )
    def make_queue(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        attributes = {name: _text(value) for name, value in properties.items() if name in _ATTRIBUTES}
        if attributes.get("FifoQueue") == "false":
            del attributes["FifoQueue"]
        queue = self.queues.create(properties.get("QueueName") or _generated_name(wanted), attributes)
        queue.tags.update({tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])})
        return Deployed(queue.url, {"Arn": queue.arn, "QueueName": queue.name, "QueueUrl": queue.url})

    @resource("AWS::SQS::QueuePolicy", acts_on={"PolicyDocument", "Queues"})
    def make_queue_policy(self, wanted: Resource) -> Deployed:
        policy = json.dumps(wanted.properties["PolicyDocument"])
        for url in wanted.properties["Queues"]:
            queue = self.queues.at(url)
            queue.configure(queue.settings.changed({"Policy": policy}))
        return Deployed(wanted.name, {"Id": wanted.name})


def _generated_name(wanted: Resource) -> str:
    return f"{wanted.name}.fifo" if _text(wanted.properties.get("FifoQueue", False)) == "true" else wanted.name


def _text(value: Any) -> str:
    """A property as SetQueueAttributes takes it: templates say true, 30 and nested objects."""
    if isinstance(value, Mapping | bool):
        return json.dumps(value)
    return str(value)

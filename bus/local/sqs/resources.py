"""AWS::SQS::Queue and AWS::SQS::QueuePolicy."""

import json

from bus.local.resources import UNENCRYPTED, Deployed, Resource, as_attribute, resource
from bus.local.sqs.queues import Queues

_ATTRIBUTES = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "VisibilityTimeout",
}


class QueueResources:
    """Makes queues and their policies from templates."""

    queues: Queues

    @resource(
        "AWS::SQS::Queue",
        acts_on={"QueueName", "Tags", *_ATTRIBUTES},
        inert={
            "KmsMasterKeyId": UNENCRYPTED,
            "KmsDataKeyReusePeriodSeconds": UNENCRYPTED,
            "SqsManagedSseEnabled": UNENCRYPTED,
        },
    )
    def make_queue(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        attributes = {name: as_attribute(value) for name, value in properties.items() if name in _ATTRIBUTES}
        if attributes.get("FifoQueue") == "false":
            del attributes["FifoQueue"]
        queue = self.queues.create(properties.get("QueueName") or _generated_name(wanted), attributes)
        queue.tags.update(wanted.tags)
        return Deployed(queue.url, {"Arn": queue.arn, "QueueName": queue.name, "QueueUrl": queue.url})

    @resource("AWS::SQS::QueuePolicy", acts_on={"PolicyDocument", "Queues"})
    def make_queue_policy(self, wanted: Resource) -> Deployed:
        policy = json.dumps(wanted.properties["PolicyDocument"])
        for url in wanted.properties["Queues"]:
            queue = self.queues.at(url)
            queue.configure(queue.settings.changed({"Policy": policy}))
        return Deployed(wanted.name, {"Id": wanted.name})


def _generated_name(wanted: Resource) -> str:
    return f"{wanted.name}.fifo" if as_attribute(wanted.properties.get("FifoQueue", False)) == "true" else wanted.name

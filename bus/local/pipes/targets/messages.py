"""SQS queues and SNS topics."""

from typing import Any

from bus.local.arns import queue_url
from bus.local.pipes.definition import Definition
from bus.local.pipes.parameters import compile_texts
from bus.local.pipes.targets.outgoing import Outgoing, Refusals, Send, entry_by_entry, failed
from bus.local.plane import Plane


def queue(plane: Plane, definition: Definition) -> Send:
    """MessageGroupId and MessageDeduplicationId may be dynamic paths."""
    parameters, url = compile_texts(definition.sending), queue_url(definition.target)

    def entry(outgoing: Outgoing) -> dict[str, Any]:
        return {"MessageBody": outgoing.text, **parameters(outgoing.event)}

    def send(entries: list[dict[str, Any]]) -> Refusals:
        return failed(plane.call("sqs", "SendMessageBatch", QueueUrl=url, Entries=_numbered(entries)))

    return entry_by_entry(entry, send)


def topic(plane: Plane, definition: Definition) -> Send:
    """A standard topic."""

    def publish(entries: list[dict[str, Any]]) -> Refusals:
        numbered = _numbered(entries)
        return failed(
            plane.call("sns", "PublishBatch", TopicArn=definition.target, PublishBatchRequestEntries=numbered)
        )

    return entry_by_entry(lambda outgoing: {"Message": outgoing.text}, publish)


def _numbered(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(at), **entry} for at, entry in enumerate(entries)]

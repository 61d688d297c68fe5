"""Kinesis streams and Firehose streams."""

from typing import Any

from bus.local.pipes.definition import Definition
from bus.local.pipes.parameters import compile_texts
from bus.local.pipes.targets.outgoing import Outgoing, Refusals, Send, entry_by_entry, with_error_codes
from bus.local.plane import Plane


def kinesis(plane: Plane, definition: Definition) -> Send:
    """PartitionKey may be a dynamic path."""
    parameters, arn = compile_texts(definition.sending), definition.target

    def entry(outgoing: Outgoing) -> dict[str, Any]:
        return {"Data": outgoing.text.encode(), **parameters(outgoing.event)}

    def put(records: list[dict[str, Any]]) -> Refusals:
        return with_error_codes(plane.call("kinesis", "PutRecords", StreamARN=arn, Records=records)["Records"])

    return entry_by_entry(entry, put)


def firehose(plane: Plane, definition: Definition) -> Send:
    """A record for each event."""
    name = definition.target.rpartition("/")[2]

    def put(records: list[dict[str, Any]]) -> Refusals:
        answer = plane.call("firehose", "PutRecordBatch", DeliveryStreamName=name, Records=records)
        return with_error_codes(answer["RequestResponses"])

    return entry_by_entry(lambda outgoing: {"Data": outgoing.text.encode()}, put)

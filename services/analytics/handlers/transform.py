"""Firehose's data transformation: events in, rows out."""

from typing import Any

from aws_lambda_powertools import Logger

from services.analytics import wiring
from services.analytics.domain import Rejected, RejectedEventError
from services.analytics.handlers.firehose import Answer, event_of, rejected_of
from services.analytics.usecases import file_event, file_rejected

_database = wiring.database()
_contracts = wiring.contracts()
_claims = wiring.claims()
_rejections = wiring.rejections()
_logger = Logger()


def handler(batch: dict[str, Any], _context: object) -> dict[str, Any]:
    """Each record alone, so one that is rejected holds none of its neighbours back.

    What is not the event's fault, such as an S3 that does not answer, fails the invocation: Firehose tries the batch
    again, and in the end keeps it under `processing-failed`.
    """
    answer, rejected = Answer(_database), list[Rejected]()
    for record in batch["records"]:
        event: dict[str, Any] = {}
        try:
            event = event_of(record)
            answer.add(record["recordId"], file_event(event, _contracts, _claims))
        except RejectedEventError as error:
            rejected.append(rejected_of(record, event, error))
    for one, filed in zip(rejected, file_rejected(rejected, batch["invocationId"], _rejections), strict=True):
        _logger.warning("event rejected", extra={"record_id": one.record_id, "reason": one.reason})
        answer.add_rejected(one.record_id, filed)
    return answer.as_json()

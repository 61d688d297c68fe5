"""Lambda entries of analytics."""

import base64
import json
from typing import Any

from aws_lambda_powertools import Logger

from services.analytics import wiring
from services.analytics.domain import RejectedEventError
from services.analytics.usecases import Filed, file_event

_database = wiring.database()
_contracts = wiring.contracts()
_logger = Logger()

# Without spaces: Firehose bills by the byte, in steps of 5 KB.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def transform(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Firehose's data transformation: each record alone, so one that fails holds none of its neighbours back."""
    return {"records": [_transformed(record) for record in event["records"]]}


def _transformed(record: dict[str, Any]) -> dict[str, Any]:
    try:
        filed = file_event(_event(record["data"]), _contracts)
    except RejectedEventError as error:
        # Firehose writes the record under its errors prefix, without our reason: the reason is in the log.
        _logger.warning("event rejected", extra={"record_id": record["recordId"], "reasons": error.reasons})
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        "data": base64.b64encode(_encode(filed.row).encode()).decode(),
        "metadata": {"otfMetadata": _destination(filed)},
    }


def _event(data: str) -> dict[str, Any]:
    try:
        event = json.loads(base64.b64decode(data))
    except (ValueError, RecursionError) as error:
        raise RejectedEventError("the record is not JSON") from error
    if not isinstance(event, dict):
        raise RejectedEventError("the record is no JSON object")
    return event


def _destination(filed: Filed) -> dict[str, str]:
    """The route of one record (Firehose developer guide, "Route incoming records to different Iceberg tables")."""
    return {"destinationDatabaseName": _database, "destinationTableName": filed.table, "operation": "insert"}

"""What a transform answered for each record.

Codes and messages: Firehose developer guide, "Monitor with CloudWatch Logs", Lambda invocation errors.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from bus.local.errors import PlaneError
from bus.local.firehose.records import Record, Routed


class TransformFailedError(PlaneError):
    """The transform failed a whole call, or one record; `code` is Firehose's."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message)


class Dropped:
    """The transform wants nothing done with the record."""


DROPPED: Final = Dropped()


def results_of(payload: bytes) -> Mapping[str, Any]:
    """The function's answers by record id. Raises TransformFailedError when it answered something else."""
    try:
        results = json.loads(payload)["records"]
        by_id = {result["recordId"]: result for result in results}
    except (ValueError, KeyError, TypeError) as error:
        message = "There was an error parsing the JSON of the Lambda function's response."
        raise TransformFailedError("Lambda.JsonProcessingException", message) from error
    if len(by_id) < len(results):
        message = "Multiple records were returned with the same record ID."
        raise TransformFailedError("Lambda.DuplicatedRecordId", message)
    return by_id


def outcome_of(record: Record, result: Mapping[str, Any] | None, table: tuple[str, str]) -> Routed | Dropped:
    """What is to become of `record`; `table` is its route unless the result names another.

    Raises TransformFailedError for a record that failed.
    """
    if result is None:
        message = "One or more record IDs were not returned."
        raise TransformFailedError("Lambda.MissingRecordId", message)
    match result.get("result"):
        case "Ok":
            return _routed(record, result, table)
        case "Dropped":
            return DROPPED
        case "ProcessingFailed":
            raise TransformFailedError("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record")
    message = "The result status must be one of Dropped, Ok, or ProcessingFailed."
    raise TransformFailedError("Lambda.InvalidReturnFormat", message)


def _routed(record: Record, result: Mapping[str, Any], table: tuple[str, str]) -> Routed:
    metadata = _object(result, "metadata")
    route, keys = _object(metadata, "otfMetadata"), _object(metadata, "partitionKeys")
    if route.get("operation", "insert") != "insert":
        message = f"the local event plane appends to tables; it does no {route['operation']} yet"
        raise TransformFailedError("Iceberg.UnsupportedOperation", message)
    try:
        data = base64.b64decode(result["data"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        message = "The data field must be present and Base64-encoded."
        raise TransformFailedError("Lambda.InvalidReturnFormat", message) from error
    database, name = table
    return Routed(
        record,
        data,
        str(route.get("destinationDatabaseName") or database),
        str(route.get("destinationTableName") or name),
        {key: str(value) for key, value in keys.items() if value is not None},
    )


def _object(within: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A member that is an object, or is left out. Raises TransformFailedError for anything else."""
    found = within.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise TransformFailedError("Lambda.InvalidReturnFormat", f"The {name} of a record must be a JSON object.")
    return found

"""Processors: what a ProcessingConfiguration asks to be done to records, and the small ones' doing it.

Firehose API reference, Processor and ProcessorParameter; developer guide, "Decompress CloudWatch Logs", "Aggregate
records", "Add a new line delimiter".
"""

import binascii
import gzip
import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from bus.local.errors import PlaneError, UnsupportedOperationError
from bus.local.firehose.errors import invalid_argument
from bus.local.firehose.settings import MIB, Hints, Processing, Transform

_LAMBDA = {"LambdaArn", "NumberOfRetries", "RoleArn", "BufferSizeInMBs", "BufferIntervalInSeconds"}
_SMALLEST_BUFFER, _LARGEST_BUFFER, _LONGEST_BUFFER = 0.2, 3.0, 900.0  # MiB, MiB, seconds
_MOST_RETRIES = 300
_MOST_SPLIT = 500  # records in one


class ProcessorError(PlaneError):
    """A processor cannot read a record; `code` is Firehose's word for it."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


def processing_of(given: Mapping[str, Any]) -> Processing:
    """Raises AwsError for what is wrong, UnsupportedOperationError for what is not done."""
    if str(given.get("Enabled", False)).lower() != "true":
        return Processing()
    wanted: dict[str, Any] = {}
    for processor in given.get("Processors") or []:
        parameters = {item["ParameterName"]: item["ParameterValue"] for item in processor.get("Parameters") or []}
        wanted |= _processor(processor["Type"], parameters)
    return Processing(**wanted)


def _processor(type_: str, parameters: dict[str, str]) -> dict[str, Any]:
    match type_:
        case "Lambda":
            return {"transform": _transform(parameters)}
        case "AppendDelimiterToRecord":
            _only(type_, parameters, {"Delimiter"})
            return {"delimiter": _unescaped(parameters.get("Delimiter", "\\n"))}
        case "Decompression":
            _only(type_, parameters, {"CompressionFormat"})
            if parameters.get("CompressionFormat", "GZIP") != "GZIP":
                raise invalid_argument("Decompression is of GZIP alone.")
            return {"decompress": True}
        case "CloudWatchLogProcessing":
            _only(type_, parameters, {"DataMessageExtraction"})
            return {"extract_messages": parameters.get("DataMessageExtraction", "false").lower() == "true"}
        case "RecordDeAggregation":
            _only(type_, parameters, {"SubRecordType", "Delimiter"})
            return {"split": _split(parameters)}
        case "MetadataExtraction":
            raise UnsupportedOperationError("the MetadataExtraction processor of firehose: there is no JQ-1.6 here")
    raise invalid_argument(f"{type_} is no type of processor.")


def _transform(parameters: dict[str, str]) -> Transform:
    _only("Lambda", parameters, _LAMBDA)
    if "LambdaArn" not in parameters:
        raise invalid_argument("The Lambda processor must have the parameter LambdaArn.")
    # Developer guide, "Transform source data": 1 MB and 60 s unless told otherwise.
    size, seconds = _number(parameters, "BufferSizeInMBs", 1), _number(parameters, "BufferIntervalInSeconds", 60)
    if not _SMALLEST_BUFFER <= size <= _LARGEST_BUFFER or not 0 <= seconds <= _LONGEST_BUFFER:
        raise invalid_argument("The Lambda processor's buffer holds 0.2 to 3 MB, for 0 to 900 seconds.")
    retries = int(_number(parameters, "NumberOfRetries", 3))
    if not 0 <= retries <= _MOST_RETRIES:
        raise invalid_argument(f"NumberOfRetries must be between 0 and {_MOST_RETRIES}.")
    return Transform(parameters["LambdaArn"], retries, Hints(int(size * MIB), seconds))


def _number(parameters: dict[str, str], name: str, default: float) -> float:
    try:
        return float(parameters.get(name, default))
    except ValueError as error:
        raise invalid_argument(f"{name} must be a number, not {parameters[name]}.") from error


def _split(parameters: dict[str, str]) -> str | bytes:
    match parameters.get("SubRecordType"):
        case "JSON":
            return "JSON"
        case "DELIMITED":
            try:
                return b64decode(parameters["Delimiter"], validate=True)
            except (KeyError, binascii.Error) as error:
                raise invalid_argument("A DELIMITED SubRecordType needs a Delimiter, in Base64.") from error
    raise invalid_argument("SubRecordType must be JSON or DELIMITED.")


def _only(type_: str, parameters: dict[str, str], known: set[str]) -> None:
    if unknown := parameters.keys() - known:
        raise invalid_argument(f"{min(unknown)} is no parameter of the {type_} processor.")


def _unescaped(text: str) -> bytes:
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").encode()


def unfolded(processing: Processing, data: bytes) -> list[bytes]:
    """The records that are in one, before any transform. Raises ProcessorError."""
    if processing.decompress:
        data = _decompressed(data)
    if processing.extract_messages:
        return _messages(data)
    return [data] if processing.split is None else _parts(processing.split, data)


def _decompressed(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise ProcessorError("Decompression.InvalidData", "The record is not compressed by GZIP.") from error


def _messages(data: bytes) -> list[bytes]:
    """The messages of CloudWatch Logs' envelope; a control message has none."""
    try:
        document = json.loads(data)
        if document["messageType"] == "CONTROL_MESSAGE":
            return []
        return [str(event["message"]).encode() + b"\n" for event in document["logEvents"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ProcessorError("CloudWatchLogProcessing.InvalidData", "The record is not of CloudWatch Logs.") from error


def _parts(split: str | bytes, data: bytes) -> list[bytes]:
    """More than 500 in one are left together (API reference, PutRecord)."""
    parts = [part for part in data.split(split) if part] if isinstance(split, bytes) else _documents(data)
    return parts if len(parts) <= _MOST_SPLIT else [data]


def _documents(data: bytes) -> list[bytes]:
    """JSON documents, one after another or as one array."""
    decoder, at, found = json.JSONDecoder(), 0, []
    try:
        text = data.decode()
        while at < len(text):
            document, end = decoder.raw_decode(text, at)
            whole = isinstance(document, list)
            found += [json.dumps(one).encode() for one in document] if whole else [text[at:end].encode()]
            at = len(text) - len(text[end:].lstrip())
    except (ValueError, RecursionError) as error:
        raise ProcessorError("RecordDeAggregation.InvalidData", "The record is not a row of JSON documents.") from error
    return found

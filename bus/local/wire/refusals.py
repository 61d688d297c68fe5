"""What a service answers to parameters that botocore would not have sent: those missing, those too short.

Rooms are called with what botocore has checked, in process and over the wire alike; here is what AWS says of the rest.
"""

from collections.abc import Iterator
from typing import Any

from bus.local.errors import AwsError, OperationError
from bus.local.sqs.errors import missing as missing_in_sqs
from bus.local.validation import passes
from bus.local.wire.models import OperationModel, speaks

_FAILED = "failed to satisfy constraint: Member must"


def check(model: OperationModel, params: dict[str, Any]) -> None:
    """Raises the service's own OperationError for what botocore would have refused to send."""
    if model.input_shape is None or passes(model, params):
        return
    faults = list(_faults(model.input_shape, params, ""))
    if not faults:
        return
    service = model.service_model.service_name
    if service == "sqs" and (absent := _absent(model.input_shape, params, "")):
        raise missing_in_sqs(absent)
    errors = "error" if len(faults) == 1 else "errors"
    raise _refused(service, f"{len(faults)} validation {errors} detected: {'; '.join(faults)}")


def _absent(shape: Any, value: Any, path: str) -> str | None:
    """The first parameter that is missing, as SQS calls it: "SendMessageBatchRequestEntry.1.Id" is within a list."""
    for name in shape.required_members:
        if name not in value:
            return f"{path}{name}"
    for name, one in value.items():
        member = shape.members[name]
        if member.type_name == "list" and member.member.type_name == "structure":
            for number, entry in enumerate(one, 1):
                absent = _absent(member.member, entry, f"{path}{member.member.name}.{number}.")
                if absent is not None:
                    return absent
    return None


def _refused(service: str, message: str) -> OperationError:
    if service == "athena":  # as it answered, 2026
        return AwsError("InvalidRequestException", message, AthenaErrorCode="INVALID_INPUT")
    if service == "sesv2":  # API reference, common errors of SES: its shapes have but this one
        return AwsError("BadRequestException", message)
    return AwsError("ValidationError" if speaks(service, "query") else "ValidationException", message)


def _faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure" if not shape.is_document_type:
            yield from _missing(shape, value, path)
            for name, one in value.items():
                yield from _faults(shape.members[name], one, _below(path, name))
        case "list":
            for number, one in enumerate(value, 1):
                yield from _faults(shape.member, one, f"{path}.{number}.member")
            yield from _too_small(shape, len(value), "have length", path, value)
        case "map":
            for key, one in value.items():
                yield from _faults(shape.value, one, f"{path}.{key}.member")
        case "string":
            yield from _too_small(shape, len(value), "have length", path, value)
        case "integer" | "long":
            yield from _too_small(shape, value, "have value", path, value)


def _missing(shape: Any, value: Any, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"Value null at '{_below(path, name)}' {_FAILED} not be null"
    if shape.is_tagged_union and len(value) != 1:
        yield f"Value at '{path}' {_FAILED} have exactly one member set"


def _too_small(shape: Any, size: float, what: str, path: str, value: Any) -> Iterator[str]:
    least = shape.metadata.get("min")
    if least is not None and size < least:
        yield f"Value '{value}' at '{path}' {_FAILED} {what} greater than or equal to {least}"


def _below(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member

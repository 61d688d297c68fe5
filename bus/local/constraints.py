"""The limits that AWS's service models put on parameters, checked as AWS checks them: length, range, pattern, enum.

botocore carries these limits and checks only the lower ones. Services that answer a ValidationException of this form
("1 validation error detected: …") are checked here; others have words of their own.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel, Shape

from bus.local.errors import AwsError

_FAILED = "failed to satisfy constraint: Member must"


@cache
def service_model(service: str) -> ServiceModel:
    """AWS's description of a service, by botocore's name for it. Raises botocore's UnknownServiceError."""
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)


def check(model: OperationModel, params: Mapping[str, Any]) -> None:
    """Raises AwsError, a ValidationException that names every limit that `params` break."""
    if model.input_shape is None:
        return
    broken = list(_broken(model.input_shape, params, ""))
    if broken:
        errors = "error" if len(broken) == 1 else "errors"
        raise AwsError("ValidationException", f"{len(broken)} validation {errors} detected: {'; '.join(broken)}")


def _broken(shape: Any, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                if value.get(name) is not None:
                    yield from _broken(member, value[name], _below(path, name))
        case "list":
            yield from _out_of_range(shape, len(value), "have length", value, path)
            for number, item in enumerate(value, 1):
                yield from _broken(shape.member, item, f"{path}.{number}.member")
        case "string":
            yield from _out_of_range(shape, len(value), "have length", value, path)
            yield from _mismatched(shape, value, path)
        case "integer" | "long":
            yield from _out_of_range(shape, value, "have value", value, path)


def _below(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _out_of_range(shape: Shape, size: int, what: str, value: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"Value '{value}' at '{path}' {_FAILED} {what} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Value '{value}' at '{path}' {_FAILED} {what} less than or equal to {most}"


def _mismatched(shape: Any, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"Value '{value}' at '{path}' {_FAILED} satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not _matches(pattern, value):
        yield f"Value '{value}' at '{path}' {_FAILED} satisfy regular expression pattern: {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # Java's classes, such as \p{L} in the pattern of a tag: Python has none of them
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None

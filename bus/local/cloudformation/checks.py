"""What a request may say: the limits of the service's model, and the parameters that something is done with."""

import re
from collections.abc import Collection
from typing import Any

from bus.local.cloudformation.errors import validation
from bus.local.constraints import check as check_limits
from bus.local.constraints import service_model
from bus.local.errors import AwsError
from bus.local.operations import Params, only

_NAME = r"[a-zA-Z][-a-zA-Z0-9]*"
_LONGEST_NAME = 128


def check(operation: str, params: Params, known: Collection[str]) -> None:
    """Raises AwsError, a ValidationError, for values out of bounds; UnsupportedOperationError for a parameter outside
    `known`, unless it says what is the case anyway: nothing, false, an empty list.
    """
    try:
        check_limits(service_model("cloudformation").operation_model(operation), params)
    except AwsError as error:
        raise validation(error.message) from error
    said = {name: value for name, value in params.items() if name in known or not _nothing(value)}
    only(f"cloudformation:{operation}", said, known)


def _nothing(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_nothing, value.values()))
    return value in (False, None, "", [])


def check_name(name: str) -> None:
    """Raises AwsError for what is no name of a stack (API reference, CreateStack)."""
    if len(name) > _LONGEST_NAME:
        raise _broken(name, f"Member must have length less than or equal to {_LONGEST_NAME}")
    if re.fullmatch(_NAME, name) is None:
        raise _broken(name, f"Member must satisfy regular expression pattern: {_NAME}")


def _broken(name: str, what: str) -> AwsError:
    return validation(
        f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: {what}"
    )

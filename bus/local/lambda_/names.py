"""The names that Lambda accepts for a function: a name, an ARN, or part of one, perhaps with a version or alias."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bus.local.errors import AwsError
from bus.local.lambda_.errors import invalid

LATEST = "$LATEST"
_LONGEST = 64
_PATTERN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
_NAME, _QUALIFIER = 7, 9


@dataclass(frozen=True, slots=True)
class Name:
    """A function's name, and the version or alias that was named with it."""

    function: str
    qualifier: str | None = None


@lru_cache(maxsize=4096)
def parse(reference: str, qualifier: str | None = None) -> Name:
    """What `reference` and a Qualifier name together (Lambda API reference, FunctionName).

    Raises AwsError when it is no name, and when the two name different versions.
    """
    found = re.fullmatch(_PATTERN, reference)
    if found is None:
        raise _mismatched(reference, "functionName", _PATTERN)
    name, own = found[_NAME], found[_QUALIFIER]
    if len(name) > _LONGEST:
        message = f"Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than"
        raise AwsError("ValidationException", f"1 validation error detected: {message} or equal to {_LONGEST}")
    if own is not None and qualifier is not None and own != qualifier:
        raise invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return Name(name, own or qualifier)


def unqualified(reference: str) -> str:
    """The name of a function as a whole. Raises AwsError for a version or alias of it."""
    name = parse(reference)
    if name.qualifier is not None:
        raise invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation."
            " Please specify either a function name or an unqualified function ARN."
        )
    return name.function


def is_version(qualifier: str) -> bool:
    """Whether it is the number of a published version, and not an alias."""
    return qualifier.isdecimal()


def _mismatched(value: str, member: str, pattern: str) -> AwsError:
    reason = f"failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
    return AwsError("ValidationException", f"1 validation error detected: Value '{value}' at '{member}' {reason}")

"""What is said of a value that is not of its shape's type: the words of AWS's servers, seen on DynamoDB and Athena."""

from typing import Any

_LIST = "Start of list found where not expected"
_MAP = "Start of structure or map found where not expected."


class MalformedError(ValueError):
    """A request that cannot be read. Its text is what AWS says of it; of a body that is no JSON it says nothing."""


def mismatch(value: Any, scalar: str) -> MalformedError:
    """`value`, as JSON has it, where something else belongs; `scalar` is what is said when it is a scalar.

    In it, "{}" stands for the value's kind: "{} can not be converted to a String".
    """
    if isinstance(value, list | tuple):
        return MalformedError(_LIST)
    if isinstance(value, dict):
        return MalformedError(_MAP)
    return MalformedError(scalar.format(_kind(value)))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"

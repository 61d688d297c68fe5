"""List operations answer in pages."""

from collections.abc import Sequence
from typing import Any

from bus.local.errors import AwsError
from bus.local.operations import Params, Response


def page(
    member: str,
    items: Sequence[Any],
    params: Params,
    *,
    most: int = 100,
    size: str = "Limit",
    start: str = "NextToken",
    following: str = "NextToken",
) -> Response:
    """The page of `items` that the parameters `size` and `start` ask for, `most` unless they say.

    Where the next page starts, as a number, is in the answer's `following`. Raises AwsError, a
    ValidationException, for a start that is no number.
    """
    given = str(params.get(start) or 0)
    if not given.isdecimal():
        raise AwsError("ValidationException", f"Parameter {start} is not valid.")
    end = int(given) + int(params.get(size) or most)
    answer: Response = {member: list(items[int(given) : end])}
    if end < len(items):
        answer[following] = str(end)
    return answer

"""List operations answer in pages."""

from collections.abc import Sequence
from typing import Any

from bus.local.operations import Params, Response

_MOST = 100


def page(member: str, items: Sequence[dict[str, Any]], params: Params) -> Response:
    """The page of `items` that Limit and NextToken ask for; the token is where the next one begins."""
    start = int(params.get("NextToken") or 0)
    end = start + int(params.get("Limit") or _MOST)
    answer: Response = {member: list(items[start:end])}
    if end < len(items):
        answer["NextToken"] = str(end)
    return answer

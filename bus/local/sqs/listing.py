"""Lists of queues, in pages."""

import base64

from bus.local.operations import Params, Response
from bus.local.sqs.errors import invalid_value
from bus.local.sqs.queue import Queue

_MOST = 1000


def page(params: Params, member: str, queues: list[Queue]) -> Response:
    """The URLs of a page of `queues`; without MaxResults there is one page (API reference, ListQueues)."""
    most = params.get("MaxResults")
    if most is not None and not 1 <= most <= _MOST:
        raise invalid_value("MaxResults", most, f"Must be between 1 and {_MOST}, if provided.")
    start = _read(params.get("NextToken"))
    end = start + (most or _MOST)
    answer: Response = {member: [queue.url for queue in queues[start:end]]}
    if most is not None and end < len(queues):
        answer["NextToken"] = base64.b64encode(str(end).encode()).decode()
    return answer


def _read(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise invalid_value("NextToken", token, "Invalid or expired next token.") from error

"""The URLs of queues in answers: at the address that the caller reached.

AWS's SDKs for JavaScript and Java send a message to the host of its queue's URL, whatever endpoint they are given; SQS
goes by the path alone.
"""

from collections.abc import Mapping
from typing import Any

from bus.local.wire.messages import Request
from bus.local.wire.models import OperationModel

_MEMBERS = {
    "CreateQueue": "QueueUrl",
    "GetQueueUrl": "QueueUrl",
    "ListDeadLetterSourceQueues": "queueUrls",
    "ListQueues": "QueueUrls",
}
_AWS = ".amazonaws.com"


def reachable(model: OperationModel, response: Mapping[str, Any], request: Request) -> Mapping[str, Any]:
    """The answer to `request`, in which every URL of a queue leads here; one sent to a host of AWS's keeps them."""
    member, host = _MEMBERS.get(model.name), request.headers.get("host", "")
    if member is None or member not in response or model.service_model.service_name != "sqs":
        return response
    if not host or host.partition(":")[0].endswith(_AWS):
        return response
    told = response[member]
    return {**response, member: _at(host, told) if isinstance(told, str) else [_at(host, url) for url in told]}


def _at(host: str, url: str) -> str:
    """`url` with another host: its path is all of it that SQS goes by."""
    _, found, rest = url.partition("://")
    return f"http://{host}/{rest.partition('/')[2]}" if found else url

"""AWS's protocols, there and back: requests a second through the endpoint, beside moto's parser and serializer.

    python tests/speed/wire.py

The requests are botocore's own, ready made; nothing but the protocols is in the figures: what stands behind the
endpoint answers at once. moto's are the parser of the request and the serializer of the response, made anew for each
request as moto does, and no finding out which service and operation is meant.
"""

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from rich.console import Console
from rich.table import Table
from werkzeug.datastructures import MultiDict

from bus.local.later import Later
from bus.local.wire.endpoint import Endpoint
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import service_model
from tests.local.wire.clients import Wire

ROUNDS, REQUESTS = 5, 2_000
_ID = "5fea7756-0ea4-451a-a703-a558b933e274"
_EVENT = {
    "EventBusName": "orders",
    "Source": "omnibus.orders",
    "DetailType": "OrderPlaced.v1",
    "Detail": '{"metadata": {"event_id": "01890000-0000-7000-8000-000000000000"}, "data": {"total": 995}}',
}
_ITEM = {
    "pk": {"S": "ORDER#1"},
    "total": {"N": "995"},
    "paid": {"BOOL": True},
    "lines": {"L": [{"M": {"sku": {"S": f"sku-{n}"}, "quantity": {"N": "1"}}} for n in range(5)]},
}
CASES: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "sqs",
        "json",
        "SendMessage",
        {"QueueUrl": "http://127.0.0.1:4566/123456789012/q", "MessageBody": "x" * 100},
        {"MessageId": _ID, "MD5OfMessageBody": "0" * 32},
    ),
    (
        "sqs",
        "query",
        "SendMessage",
        {"QueueUrl": "http://127.0.0.1:4566/123456789012/q", "MessageBody": "x" * 100},
        {"MessageId": _ID, "MD5OfMessageBody": "0" * 32},
    ),
    (
        "events",
        "json",
        "PutEvents",
        {"Entries": [_EVENT] * 10},
        {"FailedEntryCount": 0, "Entries": [{"EventId": _ID}] * 10},
    ),
    ("dynamodb", "json", "PutItem", {"TableName": "orders", "Item": _ITEM}, {}),
    (
        "lambda",
        "rest-json",
        "Invoke",
        {"FunctionName": "f", "Payload": b'{"order": 1}'},
        {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": b'{"ok": true}'},
    ),
    (
        "sns",
        "query",
        "Publish",
        {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "x" * 100},
        {"MessageId": _ID},
    ),
)


class Answering:
    """A front whose services answer at once, with what it was made with."""

    def __init__(self, response: dict[str, Any]) -> None:
        self._answer = Later.of(response)

    def owns(self, _: str) -> bool:
        return True

    def call(self, _: str, __: str, ___: Mapping[str, Any], trace_header: str = "") -> Later[dict[str, Any]]:  # noqa: ARG002 - a front's
        return self._answer

    def raw(self, service: str, request: Request) -> Response:
        raise AssertionError(service, request)


def best(work: Callable[[], object]) -> float:
    """Calls a second, of the best of some rounds."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for _ in range(REQUESTS):
            work()
        times.append(perf_counter() - start)
    return REQUESTS / min(times)


def motos(
    service: str, protocol: str, operation: str, request: Request, response: dict[str, Any]
) -> Callable[[], object]:
    """Moto's half of the same request, as moto does it (`moto.core.responses`)."""
    model = service_model(service).operation_model(operation)
    made = {**response, "Payload": response["Payload"].decode()} if "Payload" in response else response

    def work() -> None:
        told: Any = {
            "body": request.body,
            "headers": request.headers,
            "method": request.method,
            "url_params": {"FunctionName": "f"},
            "url_path": request.path,
            "values": MultiDict(parse_qsl(request.body.decode())) if protocol == "query" else MultiDict(),
        }
        PROTOCOL_PARSERS[protocol](model).parse(told)
        get_serializer_class(service, protocol)(model).serialize(made)

    return work


def main() -> None:
    """Print the table."""
    table = Table("request", "protocol", "endpoint /s", "moto's parser and serializer /s")
    for column in table.columns[2:]:
        column.justify = "right"
    for service, protocol, operation, params, response in CASES:
        request = Wire(service, protocol).request(operation, params)
        endpoint = Endpoint(Answering(response))
        ours = best(lambda endpoint=endpoint, request=request: endpoint.answer(request))  # type: ignore[misc]  # mypy cannot tell a lambda's defaults
        theirs = best(motos(service, protocol, operation, request, response))
        table.add_row(f"{service} {operation}", protocol, f"{ours:,.0f}", f"{theirs:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()

"""TransactWriteItems and TransactGetItems."""

from collections import deque
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from bus.local.dynamodb import items, writes
from bus.local.dynamodb.attributes import size_of
from bus.local.dynamodb.codec import freeze, thaw
from bus.local.dynamodb.database import Change, Database
from bus.local.dynamodb.errors import ConditionFailedError, invalid
from bus.local.dynamodb.parameters import accept, at_most
from bus.local.dynamodb.writes import Write
from bus.local.errors import AwsError
from bus.local.operations import Params, Response

MOST_ACTIONS = 100
LARGEST = 4 * 1024 * 1024
TOKEN_LASTS = 600

_CONDITION = frozenset(
    {
        "TableName",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)
_ACTIONS: dict[str, tuple[Callable[[Database, Mapping[str, Any]], Write], frozenset[str]]] = {
    "Put": (writes.put, _CONDITION | {"Item"}),
    "Update": (writes.update, _CONDITION | {"Key", "UpdateExpression"}),
    "Delete": (writes.delete, _CONDITION | {"Key"}),
    "ConditionCheck": (writes.check, _CONDITION | {"Key"}),
}
_GET = frozenset({"TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"})


class Tokens:
    """The client request tokens of the last ten minutes, each with the digest of what it came with."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._digests: dict[str, bytes] = {}
        self._ages: deque[tuple[float, str]] = deque()

    def seen(self, token: str, request: bytes) -> bool:
        """Whether `token` was used for this request. Raises IdempotentParameterMismatchException if for another."""
        while self._ages and self._ages[0][0] <= self._now() - TOKEN_LASTS:
            del self._digests[self._ages.popleft()[1]]
        if token not in self._digests:
            return False
        if self._digests[token] != _digest(request):
            raise AwsError(
                "IdempotentParameterMismatchException",
                "DynamoDB rejected the request because you retried a request with a different payload "
                "but with an idempotent token that was already used.",
            )
        return True

    def remember(self, token: str, request: bytes) -> None:
        """Note that the request of `token` was done."""
        self._digests[token] = _digest(request)
        self._ages.append((self._now(), token))


def _digest(request: bytes) -> bytes:
    return blake2b(request, digest_size=16).digest()


def transact_write_items(database: Database, tokens: Tokens, params: Params) -> Response:
    """TransactWriteItems: all of the writes, or none and the reasons why."""
    accept("TransactWriteItems", params, frozenset({"TransactItems", "ClientRequestToken"}))
    token, request = params.get("ClientRequestToken"), b""
    if token:
        request = freeze({"": params["TransactItems"]})
        if tokens.seen(token, request):
            return {}
    prepared = _prepared(database, params["TransactItems"])
    changes = _planned(database, prepared)
    if sum(len(change.after or b"") for change in changes) > LARGEST:
        _check_size(changes)
    database.commit("TransactWriteItems", changes)
    if token:
        tokens.remember(token, request)
    return {}


def _prepared(database: Database, actions: list[Mapping[str, Any]]) -> list[Write]:
    at_most("transactItems", actions, MOST_ACTIONS)
    prepared = [_prepare(database, action) for action in actions]
    if len({(write.table.number, write.key) for write in prepared}) < len(prepared):
        raise invalid("Transaction request cannot include multiple operations on one item")
    return prepared


def _prepare(database: Database, action: Mapping[str, Any]) -> Write:
    if len(action) != 1 or not action.keys() <= _ACTIONS.keys():
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    ((name, params),) = action.items()
    prepare, known = _ACTIONS[name]
    accept(f"TransactWriteItems ({name})", params, known)
    return prepare(database, params)


def _planned(database: Database, prepared: list[Write]) -> list[Change]:
    changes: list[Change] = []
    reasons: list[dict[str, Any]] = []
    for write in prepared:
        try:
            changes.append(write.plan(database))
            reasons.append({"Code": "None"})
        except ConditionFailedError as error:
            item = {} if error.item is None else {"Item": error.item}
            reasons.append({"Code": "ConditionalCheckFailed", "Message": error.message, **item})
        except AwsError as error:
            reasons.append({"Code": "ValidationError", "Message": error.message})
    if len(changes) < len(prepared):
        raise _cancelled(database, prepared, reasons)
    return changes


def _cancelled(database: Database, prepared: list[Write], reasons: list[dict[str, Any]]) -> AwsError:
    codes = [reason["Code"] for reason in reasons]
    outcome = next(code for code in codes if code != "None")
    for table in {write.table.number: write.table for write in prepared}.values():
        database.plane.ledger.record("dynamodb", "TransactWriteItems", table.arn, outcome=outcome)
    return AwsError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]",
        CancellationReasons=reasons,
    )


def _check_size(changes: list[Change]) -> None:
    if sum(size_of(thaw(change.after)) for change in changes if change.after) > LARGEST:
        raise invalid("Member must have aggregated item size less than or equal to 4 MB")


def transact_get_items(database: Database, params: Params) -> Response:
    """TransactGetItems: a response for each Get, in order; empty for an item that is not there."""
    accept("TransactGetItems", params, frozenset({"TransactItems"}))
    at_most("transactItems", params["TransactItems"], MOST_ACTIONS)
    found = []
    for action in params["TransactItems"]:
        accept("TransactGetItems (Get)", action["Get"], _GET)
        found.append(items.get(database, action["Get"]))
    return {"Responses": [{} if item is None else {"Item": item} for item in found]}

"""What this API says of each error."""

from collections.abc import Mapping
from http import HTTPStatus

from bus.sdk import EventTooLargeError
from bus.sdk.problems import MALFORMED, Problem
from services.orders.domain import ForbiddenTransitionError, MixedCurrenciesError
from services.orders.ports import CursorError, KeyReusedError, LostRaceError, OrderNotFoundError

PROBLEMS: Mapping[type[Exception], Problem] = {
    OrderNotFoundError: Problem(HTTPStatus.NOT_FOUND, "order-not-found", "There is no such order"),
    ForbiddenTransitionError: Problem(
        HTTPStatus.CONFLICT, "forbidden-transition", "The order's status does not allow this"
    ),
    LostRaceError: Problem(HTTPStatus.CONFLICT, "lost-race", "The order was changed at the same moment"),
    KeyReusedError: Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The idempotency key is taken"),
    MixedCurrenciesError: MALFORMED,
    CursorError: MALFORMED,
    EventTooLargeError: Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "order-too-large", "The order is too large"),
}

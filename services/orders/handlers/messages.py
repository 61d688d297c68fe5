"""What the API takes and what it answers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from schemas.event import Record
from schemas.orders.order_placed_v1 import Line
from services.orders.domain import Order
from services.orders.ports import OrderSummary, Page

_LARGEST = 2**53 - 1  # as schemas/types/Money.json has it
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT.*", re.ASCII | re.IGNORECASE)


def _text(value: Any) -> Any:
    # Pydantic would also take 1700000000 for an instant; the contract does not.
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return value
    raise PydanticCustomError("instant", "Input should be an RFC 3339 instant, such as 2026-03-14T17:08:11Z")


# The bounds keep every instant within what UTC can hold, whatever its offset.
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC)),
    BeforeValidator(_text),
]


class PlaceOrder(Record):
    """An order as a customer or a till sends it; without `placed_at`, it is placed now."""

    customer_id: Annotated[str, Field(min_length=1, max_length=64)]
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=500)]
    placed_at: Instant | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _adds_up(cls, body: Any, validate: ValidatorFunctionWrapHandler) -> Self:
        """Faults between the lines are reported beside those within them, so that one answer holds all."""
        faults = _sum_faults(body)
        try:
            order: Self = validate(body)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, [*_again(error.errors()), *faults]) from error
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return order


class PayOrder(Record):
    """The payment of an order's whole total."""

    payment_reference: Annotated[str, Field(min_length=1, max_length=128)]


class ShipOrder(Record):
    """The parcel of a paid order."""

    carrier: Annotated[str, Field(min_length=1, max_length=64)]
    tracking_number: Annotated[str, Field(min_length=1, max_length=64)]


class CancelOrder(Record):
    """Why an order is called off."""

    reason: Annotated[str, Field(min_length=1, max_length=512)]


def order_view(order: Order) -> dict[str, Any]:
    """An order as the API shows it, in JSON's types."""
    optional = {
        "payment_reference": order.payment_reference,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
    }
    return {
        **_head(order),
        "lines": [line.model_dump() for line in order.lines],
        **{name: value for name, value in optional.items() if value is not None},
    }


def page_view(page: Page) -> dict[str, Any]:
    """A page of a list; `cursor` is absent on the last one."""
    orders = [_head(summary) for summary in page.orders]
    return {"orders": orders} if page.cursor is None else {"orders": orders, "cursor": page.cursor}


def _head(order: Order | OrderSummary) -> dict[str, Any]:
    return {
        "order_id": str(order.id),
        "customer_id": order.customer_id,
        "status": order.status.value,
        "placed_at": order.placed_at.isoformat().replace("+00:00", "Z"),
        "total": order.total.model_dump(),
    }


def _sum_faults(body: Any) -> list[InitErrorDetails]:
    """What is wrong with the sum of a body's lines, as far as they can be read."""
    amounts = list(_amounts(body))
    first = next((money["currency"] for _, money in amounts), None)
    faults = [
        _fault(("lines", index, "amount", "currency"), "currency", f"an order has one currency, and began with {first}")
        for index, money in amounts
        if money["currency"] != first
    ]
    if sum(money["amount"] for _, money in amounts) > _LARGEST:
        faults.append(_fault(("lines",), "total", f"the lines sum to more than {_LARGEST}"))
    return faults


def _amounts(body: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = body.get("lines") if isinstance(body, dict) else None
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        match line:
            case {"amount": {"amount": int(), "currency": str()} as money}:
                yield index, money


def _fault(path: tuple[str | int, ...], kind: str, message: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(kind, "{message}", {"message": message}), loc=path, input=None)


def _again(errors: list[ErrorDetails]) -> Iterator[InitErrorDetails]:
    """Pydantic's faults, without its echoes: it counts a list's valid items, so bad ones make it "too short"."""
    above = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    for error in errors:
        if error["type"] != "too_short" or error["loc"] not in above:
            yield _fault(error["loc"], error["type"], error["msg"])

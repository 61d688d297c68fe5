"""Generated from types/Money.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated

from pydantic import Field, StrictInt
from schemas.event import Record


class Money(Record):
    """An amount in one currency, in that currency's minor unit, so that sums are exact."""

    amount: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """Minor units: 1299 is 12.99 USD. The bound is the largest integer that every JSON reader holds exactly."""
    currency: Annotated[str, Field(max_length=3, pattern="^[A-Z]{3}$")]
    """The ISO 4217 code."""

"""What happens to each order, and how each customer wants to hear of it: decided by the seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bus.cli.demo.baskets import Basket

_T = TypeVar("_T")


class Fate(StrEnum):
    """How far an order gets."""

    SHIPPED = "shipped"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    PLACED = "placed"


_FATES = {Fate.SHIPPED: 88, Fate.PAID: 4, Fate.REFUNDED: 3, Fate.CANCELLED: 3, Fate.PLACED: 2}  # percent


class Hook(StrEnum):
    """How a partner's webhook answers."""

    WORKS = "works"
    FLAKY = "flaky"  # unavailable at the first attempt of each message
    GONE = "gone"  # refuses for good
    DOWN = "down"  # unavailable at every attempt: its messages become dead letters


_HOOKS = {Hook.WORKS: 70, Hook.FLAKY: 15, Hook.GONE: 10, Hook.DOWN: 5}  # percent


@dataclass(frozen=True)
class Customer:
    """A household and the ways to reach it."""

    id: str
    email: str
    phone: str | None
    phone_works: bool
    hook: Hook | None

    @property
    def hook_host(self) -> str:
        return f"{self.hook}-{self.id}.partners.example"

    def recipients(self) -> dict[str, str]:
        """The recipient per channel, as the preferences API takes it."""
        wanted = {"email": self.email, "sms": self.phone, "webhook": self.hook and f"https://{self.hook_host}/orders"}
        return {channel: recipient for channel, recipient in wanted.items() if recipient}


@dataclass(frozen=True)
class Story:
    """One order: its basket, its fate, and when things happen, in seconds after it is placed.

    `sent_twice` is a till that heard no answer and asks again with the same Idempotency-Key.
    """

    basket: Basket
    fate: Fate
    paid_after: float
    cancelled_after: float
    sent_twice: bool

    @property
    def is_paid(self) -> bool:
        return self.fate in (Fate.SHIPPED, Fate.PAID, Fate.REFUNDED)

    @property
    def is_cancelled(self) -> bool:
        return self.fate in (Fate.REFUNDED, Fate.CANCELLED)


def write_script(baskets: Sequence[Basket], seed: int) -> tuple[list[Story], dict[str, Customer]]:
    """A story per basket, and the customers by household."""
    chance = random.Random(f"script {seed}")  # noqa: S311 - a repeatable choice
    stories = [_story(basket, chance) for basket in baskets]
    households = dict.fromkeys(basket.household for basket in baskets)
    return stories, {household: _customer(household, chance) for household in households}


def _story(basket: Basket, chance: random.Random) -> Story:
    paid_after = round(chance.uniform(30, 600), 3)
    return Story(
        basket,
        fate=_pick(_FATES, chance),
        paid_after=paid_after,
        cancelled_after=paid_after + round(chance.uniform(30, 600), 3),
        sent_twice=chance.random() < 0.02,  # noqa: PLR2004 - two in a hundred
    )


def _customer(household: str, chance: random.Random) -> Customer:
    has_phone, phone_works, has_hook = (chance.random() < share for share in (0.6, 0.97, 0.06))
    hook = _pick(_HOOKS, chance)
    # One in thirty numbers was taken down wrong: its last seven digits are missing.
    phone = f"+1555{int(household):07d}" if phone_works else "+1555"
    return Customer(
        household,
        email=f"household-{household}@customers.example",
        phone=phone if has_phone else None,
        phone_works=phone_works,
        hook=hook if has_hook else None,
    )


def _pick(shares: Mapping[_T, int], chance: random.Random) -> _T:
    return chance.choices(list(shares), list(shares.values()))[0]

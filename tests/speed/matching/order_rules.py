"""Rules over order events, as the teams behind a bus write them.

A handful are the platform's own and match widely. All others are somebody's subscription: to a customer's
orders, a partner's, a region's stores, the products that a supplier sells. `MIX` says in which proportions.
"""

import random
from collections.abc import Callable
from typing import Any

from .order_events import CHANNELS, CITIES, DOMAINS, PARTNERS, REASONS, TYPES, Catalogue, source_of

Rule = dict[str, Any]

PLATFORM: list[Rule] = [
    {"detail-type": ["OrderPaid", "OrderShipped"]},
    {"detail-type": ["OrderPlaced"], "detail": {"data": {"channel": ["web", "app"]}}},
    {
        "detail-type": ["OrderPlaced"],
        "detail": {"data": {"total": [{"numeric": [">", 30]}], "channel": [{"anything-but": "store"}]}},
    },
    {"detail-type": ["OrderCancelled"], "detail": {"data": {"reason": ["payment-failed", "fraud-suspected"]}}},
    {"source": [{"prefix": "shop."}]},
    {"source": ["shop.orders"], "detail": {"data": {"coupon": [{"exists": True}]}}},
]
_PLATFORM_OF_TEN = 4


class _Team:
    """Draws what one rule names."""

    def __init__(self, rng: random.Random, catalogue: Catalogue) -> None:
        self._random, self._of = rng, catalogue

    def few(self, values: tuple[str, ...], most: int, least: int = 1) -> list[str]:
        return sorted({self._random.choice(values) for _ in range(self._random.randint(least, most))})

    def one(self, values: tuple[str, ...]) -> str:
        return self._random.choice(values)

    def type(self) -> str:
        return self._random.choices(list(TYPES), list(TYPES.values()))[0]

    def over(self, least: int, most: int) -> Rule:
        return {"numeric": [">=", self._random.randint(least, most)]}

    def skus(self) -> list[str]:
        """One time in three what sells well, else anything on the shelf."""
        return self.few(self._random.choice((self._of.bought, self._of.skus, self._of.skus)), 3)

    # One method for each kind of rule.

    def customer(self) -> Rule:
        kind = self.type()
        return {"source": [source_of(kind)]} | _rule(kind, customer_id=self.few(self._of.customers, 1))

    def partner(self) -> Rule:
        return _rule("OrderShipped", "OrderCancelled", partner=self.few(PARTNERS, 1))

    def stores(self) -> Rule:
        return _rule(self.type(), store=self.few(self._of.stores, 6, 2), channel=["store"])

    def products(self) -> Rule:
        return _rule("OrderPlaced", lines={"sku": self.skus()})

    def products_in_quantity(self) -> Rule:
        return _rule("OrderPlaced", lines={"sku": self.skus(), "quantity": [self.over(2, 4)]})

    def large_totals(self) -> Rule:
        return _rule("OrderPaid", store=self.few(self._of.stores, 3), total=[self.over(15, 60)])

    def totals_between(self) -> Rule:
        low = self._random.randint(5, 40)
        between = {"numeric": [">", low, "<=", low + self._random.randint(5, 30)]}
        return _rule(self.type(), store=self.few(self._of.stores, 2), total=[between])

    def product_family(self) -> Rule:
        family = self.one(self._of.skus)[:-3]
        return _rule("OrderPlaced", store=self.few(self._of.stores, 8, 3), lines={"sku": [{"prefix": family}]})

    def postcodes(self) -> Rule:
        area = {"prefix": self.one(self._of.postcodes)[: self._random.randint(2, 3)]}
        return _rule("OrderShipped", address={"postcode": [area]}, channel=[self.one(tuple(CHANNELS))])

    def odd_cancellations(self) -> Rule:
        unless = {"anything-but": self.few(REASONS, 2)}
        return _rule("OrderCancelled", reason=[unless], store=self.few(self._of.stores, 4))

    def coupons(self) -> Rule:
        used = {"exists": self._random.random() < 0.7}
        return _rule(self.type(), coupon=[used], store=self.few(self._of.stores, 2))

    def key_accounts(self) -> Rule:
        large, online = {"total": [self.over(20, 80)]}, {"channel": ["web", "app"]}
        return _rule(self.type(), customer_id=self.few(self._of.customers, 4, 2), **{"$or": [large, online]})

    def campaign(self) -> Rule:
        year, _, _, kind, _ = self.one(self._of.campaigns).split("-")
        any_month = {"wildcard": f"{year}-*-type-{kind}-*"}
        return _rule("OrderPaid", campaign=[any_month], store=self.few(self._of.stores, 3))

    def city(self) -> Rule:
        named = {"equals-ignore-case": self.one(tuple(CITIES)).lower()}
        return _rule("OrderPlaced", address={"city": [named]}, total=[self.over(15, 60)], channel=["web", "app"])

    def company(self) -> Rule:
        return _rule("OrderPaid", email=[{"suffix": f"@{self.one(DOMAINS)}"}], payment={"method": ["invoice"]})


MIX: dict[Callable[[_Team], Rule], int] = {
    _Team.customer: 24,
    _Team.products: 20,
    _Team.stores: 12,
    _Team.partner: 10,
    _Team.large_totals: 6,
    _Team.totals_between: 3,
    _Team.products_in_quantity: 4,
    _Team.product_family: 4,
    _Team.odd_cancellations: 4,
    _Team.coupons: 3,
    _Team.key_accounts: 3,
    _Team.postcodes: 2,
    _Team.campaign: 2,
    _Team.city: 2,
    _Team.company: 1,
}


def order_rules(count: int, catalogue: Catalogue, seed: int = 1) -> list[Rule]:
    """`count` patterns, the same for the same seed and catalogue; a larger set begins as a smaller one does."""
    rng = random.Random(seed)  # noqa: S311 - a repeatable choice
    team = _Team(rng, catalogue)
    platform = PLATFORM[:_PLATFORM_OF_TEN] if count <= 10 else PLATFORM
    kinds = rng.choices(list(MIX), list(MIX.values()), k=count - len(platform))
    return [*platform, *(kind(team) for kind in kinds)]


def _rule(*detail_types: str, **data: Any) -> Rule:
    return {"detail-type": list(detail_types), "detail": {"data": data}}

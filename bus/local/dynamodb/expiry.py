"""Time to live: items past their expiry are deleted some time later, by DynamoDB itself.

AWS deletes them "within a few days" (developer guide, "Using time to live"); here they go at the
full hour after their expiry. An item that expired more than five years ago is left alone, as on AWS.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from bus.local.dynamodb import numbers
from bus.local.dynamodb import statements as sql
from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.keys import Key
from bus.local.dynamodb.store import Store
from bus.local.engine import Engine, Timer

SWEEP = 3600
OLDEST = 5 * 365 * 24 * 3600
PRINCIPAL = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}

# An expiry index is one partition, in order of time.
_ALL = b""


@dataclass(frozen=True)
class ExpiryIndex:
    """The items of a table by the time in their TTL attribute."""

    number: int
    attribute: str

    def entry(self, item: Item) -> Key | None:
        """Where an item stands; None when it has no expiry: no such attribute, or no number."""
        instant = item.get(self.attribute, {}).get("N")
        return None if instant is None else Key(_ALL, numbers.sort_bytes(instant))

    def due(self, store: Store, now: float) -> list[Key]:
        """The keys of the items whose time is past."""
        rows = store.run(sql.EXPIRED, (self.number, _ALL, _oldest(now), _instant(now)))
        return [Key(*row) for row in rows]

    def instant(self, item: Item) -> float | None:
        """When an item expires, in epoch seconds."""
        instant = item.get(self.attribute, {}).get("N")
        return None if instant is None else float(instant)

    def first(self, store: Store, now: float) -> Key | None:
        """The key of the item that is the first to expire."""
        row = store.run(sql.FIRST_TO_EXPIRE, (self.number, _ALL, _oldest(now))).fetchone()
        return None if row is None else Key(*row)


def _instant(seconds: float) -> bytes:
    return numbers.sort_bytes(numbers.canonical(str(Decimal(seconds).quantize(Decimal("0.001")))))


def _oldest(now: float) -> bytes:
    return _instant(max(now - OLDEST, 0))


@dataclass
class Sweeper:
    """Deletes a table's expired items at full hours, and sleeps while nothing is to expire.

    `delete` deletes the items of some keys as DynamoDB itself; `item` gives the item of a key.
    """

    engine: Engine
    store: Store
    index: ExpiryIndex
    item: Callable[[Key], Item]
    delete: Callable[[list[Key]], None]
    timer: Timer | None = field(default=None, init=False)

    def expect(self, item: Item) -> None:
        """Be awake when `item` has expired."""
        now, instant = self.engine.clock.time(), self.index.instant(item)
        if instant is None or instant < now - OLDEST:
            return
        due = max(instant, now) // SWEEP * SWEEP + SWEEP
        if self.timer is None or due < self.timer.instant:
            self.stop()
            self.timer = self.engine.at(due, self._sweep, background=True)

    def look(self) -> None:
        """Be awake when the first of all items has expired."""
        key = self.index.first(self.store, self.engine.clock.time())
        if key is not None:
            self.expect(self.item(key))

    def stop(self) -> None:
        """Sleep for good."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _sweep(self) -> None:
        self.timer = None
        self.delete(self.index.due(self.store, self.engine.clock.time()))
        self.look()

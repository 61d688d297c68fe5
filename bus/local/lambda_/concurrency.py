"""How many invocations run at once, and how many may."""

import heapq

from bus.local.lambda_.errors import invalid, throttled
from bus.local.plane import Plane

ACCOUNT_LIMIT = 1_000  # Lambda developer guide, "Lambda quotas", concurrent executions
KEPT_UNRESERVED = 100  # Lambda developer guide, "Configuring reserved concurrency for a function"


class Occupancy:
    """The invocations that run at an instant: those whose handler is running now, and those that still sleep."""

    __slots__ = ("_ends", "_running")

    def __init__(self) -> None:
        self._running = 0
        self._ends: list[float] = []

    def count(self, now: float) -> int:
        ends = self._ends
        while ends and ends[0] <= now:
            heapq.heappop(ends)
        return self._running + len(ends)

    def begin(self) -> None:
        self._running += 1

    def end(self, instant: float, now: float) -> None:
        """An invocation's handler is done; the invocation ends at `instant`."""
        self._running -= 1
        if instant > now:
            heapq.heappush(self._ends, instant)


class Share:
    """What one function may take: `reserved` of its own, or whatever the account has left when that is None."""

    __slots__ = ("occupancy", "provisioned", "reserved")

    def __init__(self) -> None:
        self.occupancy = Occupancy()
        self.reserved: int | None = None
        self.provisioned: dict[str, int] = {}

    @property
    def taken(self) -> int:
        """What it takes from the account for itself."""
        return sum(self.provisioned.values()) if self.reserved is None else self.reserved


class Concurrency:
    """The account's concurrency (Lambda developer guide, "Understanding Lambda function scaling")."""

    def __init__(self, plane: Plane) -> None:
        self._clock = plane.clock
        self._shares: list[Share] = []
        self._unreserved = Occupancy()
        self._limit = ACCOUNT_LIMIT

    def add(self) -> Share:
        """A share for a new function."""
        share = Share()
        self._shares.append(share)
        return share

    def remove(self, share: Share) -> None:
        """Give back what a deleted function had."""
        self._shares.remove(share)
        self._changed()

    @property
    def unreserved(self) -> int:
        """UnreservedConcurrentExecutions: what functions without a reservation share, provisioned or not."""
        return ACCOUNT_LIMIT - sum(share.taken for share in self._shares)

    def reserve(self, share: Share, amount: int | None) -> None:
        """Raises InvalidParameterValueException when too little is left for the others, or for what is provisioned."""
        provisioned = sum(share.provisioned.values())
        if amount is not None:
            if amount < provisioned:
                raise invalid(
                    f"ReservedConcurrentExecutions {amount} should not be lower than function's total provisioned"
                    f" concurrency [{provisioned}]."
                )
            self._check(share, amount, "ReservedConcurrentExecutions")
        share.reserved = amount
        self._changed()

    def provision(self, share: Share, qualifier: str, amount: int) -> None:
        """Raises InvalidParameterValueException, as `reserve` and beyond the function's reservation."""
        provisioned = {**share.provisioned, qualifier: amount}
        if share.reserved is None:
            self._check(share, sum(provisioned.values()), "ConcurrentExecutions")
        elif sum(provisioned.values()) > share.reserved:
            raise invalid(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for"
                " function"
            )
        share.provisioned = provisioned

    def take(self, share: Share) -> Occupancy:
        """Begin an invocation; whoever does ends it in the occupancy. Raises TooManyRequestsException.

        Lambda API reference, Invoke, names the two reasons.
        """
        now = self._clock.time()
        if share.reserved is None:
            occupancy, limit, reason = self._unreserved, self._limit, "ConcurrentInvocationLimitExceeded"
        else:
            occupancy, limit = share.occupancy, share.reserved
            reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
        if occupancy.count(now) >= limit:
            raise throttled(reason)
        occupancy.begin()
        return occupancy

    def _check(self, share: Share, amount: int, what: str) -> None:
        if self.unreserved + share.taken - amount < KEPT_UNRESERVED:
            raise invalid(
                f"Specified {what} for function decreases account's UnreservedConcurrentExecution below its minimum"
                f" value of [{KEPT_UNRESERVED}]."
            )

    def _changed(self) -> None:
        reserved = sum(share.reserved for share in self._shares if share.reserved is not None)
        self._limit = ACCOUNT_LIMIT - reserved

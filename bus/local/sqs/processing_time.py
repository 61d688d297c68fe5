"""How long consumers have lately been busy with each tenant's messages."""

from bus.local.clock import Clock

LATELY = 300.0  # seconds; AWS does not say how long "recent" is


class ProcessingTime:
    """Seconds from receive to delete (or to the end of the visibility timeout), by tenant, in windows of five minutes.

    A window begins with the first second spent after the one before is over, and knows nothing of that one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = 0.0
        self._spent: dict[str, float] = {}
        self._total = 0.0

    def spend(self, tenant: str, seconds: float) -> None:
        """A message of `tenant` was held for `seconds`."""
        if seconds <= 0:
            return
        if self._over():
            self._began, self._spent, self._total = self._clock.time(), {}, 0.0
        self._spent[tenant] = self._spent.get(tenant, 0.0) + seconds
        self._total += seconds

    def share(self, tenant: str) -> float:
        """Of all the time spent lately, the share that was spent on `tenant`."""
        if not self._total or self._over():
            return 0.0
        return self._spent.get(tenant, 0.0) / self._total

    def _over(self) -> bool:
        return self._clock.time() - self._began >= LATELY

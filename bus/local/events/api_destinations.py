"""API destinations: an HTTP endpoint as a rule's target, and the pace at which it is called."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DEFAULT_RATE = 300  # invocations a second (user guide, quotas)


class Pace:
    """Gives the places of a queue that moves at `rate` a second; who has one comes back when it is due."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._free = 0.0
        self._places: dict[object, float] = {}

    def wait(self, who: object, now: float) -> float:
        """Seconds until `who` may go on; nothing means now."""
        place = self._places.get(who)
        if place is None:
            place = self.take(now)
        if place > now:
            self._places[who] = place
            return place - now
        self._places.pop(who, None)
        return 0.0

    def take(self, now: float) -> float:
        """The instant of the next place, which is taken."""
        place = max(now, self._free)
        self._free = place + 1.0 / self.rate
        return place


@dataclass
class ApiDestination:
    """An API destination; `usable` says whether its connection is, which makes it ACTIVE."""

    name: str
    arn: str
    connection_arn: str
    endpoint: str
    method: str
    created: datetime
    modified: datetime
    usable: Callable[[str], bool]
    rate: int | None = None
    description: str | None = None
    pace: Pace = field(default_factory=lambda: Pace(DEFAULT_RATE))

    def limit(self, rate: int | None) -> None:
        """Let at most `rate` invocations a second through from now on, as many as AWS does for None."""
        self.rate, self.pace = rate, Pace(DEFAULT_RATE if rate is None else min(rate, DEFAULT_RATE))

    @property
    def state(self) -> str:
        return "ACTIVE" if self.usable(self.connection_arn) else "INACTIVE"

    def answered(self) -> dict[str, Any]:
        """As the operations that change it answer."""
        return {
            "ApiDestinationArn": self.arn,
            "ApiDestinationState": self.state,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }

    def summary(self) -> dict[str, Any]:
        """As ListApiDestinations shows it."""
        shown = {
            **self.answered(),
            "Name": self.name,
            "ConnectionArn": self.connection_arn,
            "InvocationEndpoint": self.endpoint,
            "HttpMethod": self.method,
        }
        return shown if self.rate is None else {**shown, "InvocationRateLimitPerSecond": self.rate}

    def described(self) -> dict[str, Any]:
        """As DescribeApiDestination shows it."""
        return self.summary() if self.description is None else {**self.summary(), "Description": self.description}

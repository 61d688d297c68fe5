"""How many requests an API takes (API Gateway developer guide, "Throttle requests to your HTTP APIs").

A request costs a token of its route's bucket, and one of the account's in the region, which all APIs share.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.errors import PlaneError

_SETTINGS = frozenset({"DetailedMetricsEnabled", "ThrottlingBurstLimit", "ThrottlingRateLimit"})
_LOGGING = frozenset({"DataTraceEnabled", "LoggingLevel"})


class RouteSettingsError(PlaneError):
    """Settings that no stage of an HTTP API takes; `path` is the property's."""

    def __init__(self, reason: str, path: str) -> None:
        self.path = path
        super().__init__(reason)


@dataclass(frozen=True)
class Limit:
    """A bucket holds `burst` tokens, and `rate` of them flow in a second."""

    burst: int
    rate: float

    @classmethod
    def read(cls, settings: Mapping[str, Any], path: str) -> "Limit":
        """From a RouteSettings of a template; what it leaves open is the account's. Raises RouteSettingsError."""
        if _LOGGING & settings.keys():
            raise RouteSettingsError("Execution logs are not supported on protocolType HTTP", path)
        for name in settings:
            if name not in _SETTINGS:
                raise RouteSettingsError(f"there is no route setting {name}", path)
        burst, rate = settings.get("ThrottlingBurstLimit"), settings.get("ThrottlingRateLimit")
        return cls(
            ACCOUNT.burst if burst is None else int(burst),
            ACCOUNT.rate if rate is None else float(rate),
        )


# API Gateway developer guide, "Amazon API Gateway quotas": per account and region, across all APIs.
ACCOUNT = Limit(burst=5_000, rate=10_000)


@dataclass(frozen=True)
class StageLimits:
    """A stage's limits: those of some routes by their keys, and those of each of the others.

    A route's own settings take the place of all of the stage's defaults, not of some.
    """

    default: Limit | None
    routes: Mapping[str, Limit]

    @classmethod
    def read(
        cls, default: Mapping[str, Any] | None, routes: Mapping[str, Mapping[str, Any]], keys: Container[str]
    ) -> "StageLimits":
        """From a stage's properties; `keys` are those of the API's routes. Raises RouteSettingsError."""
        for key in routes:
            if key not in keys:
                reason = f"Unable to find Route by key {key} within the provided RouteSettings"
                raise RouteSettingsError(reason, "RouteSettings")
        return cls(
            Limit.read(default, "DefaultRouteSettings") if default else None,
            {key: Limit.read(settings, f"RouteSettings.{key}") for key, settings in routes.items()},
        )

    def of(self, route_key: str) -> Limit | None:
        """A route's limit; None when there is only the account's."""
        return self.routes.get(route_key, self.default)


NO_LIMITS = StageLimits(None, {})


class _Bucket:
    def __init__(self, limit: Limit, now: float) -> None:
        self.limit, self._tokens, self._filled_at = limit, float(limit.burst), now

    def take(self, now: float) -> bool:
        """Take a token, if there is a whole one."""
        self._tokens = min(float(self.limit.burst), self._tokens + (now - self._filled_at) * self.limit.rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttles:
    """The buckets of the account's routes, in the plane's time."""

    def __init__(self) -> None:
        self._account: _Bucket | None = None
        self._routes: dict[tuple[str, str, str], _Bucket] = {}

    def admit(self, api_id: str, stage: str, route_key: str, limits: StageLimits, now: float) -> bool:
        """Whether a request of this instant may go on; if so, it is counted."""
        return self._route_admits((api_id, stage, route_key), limits.of(route_key), now) and self._account_admits(now)

    def forget(self, api_id: str) -> None:
        """The API is gone."""
        self._routes = {place: bucket for place, bucket in self._routes.items() if place[0] != api_id}

    def _route_admits(self, place: tuple[str, str, str], limit: Limit | None, now: float) -> bool:
        if limit is None:
            return True
        bucket = self._routes.get(place)
        if bucket is None or bucket.limit != limit:
            bucket = self._routes[place] = _Bucket(limit, now)
        return bucket.take(now)

    def _account_admits(self, now: float) -> bool:
        if self._account is None:
            self._account = _Bucket(ACCOUNT, now)
        return self._account.take(now)

"""What a function's process is given to reach the platform with."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from bus.local.later import Later
from bus.local.world import Work

_RENEWED_AFTER = 1800.0  # seconds; a role's session lasts an hour
_NOBODY = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local"}

Ask = Callable[..., Later[Any]]


class Credentials:
    """The endpoint, and a session of the function's role, as STS gives it to Lambda."""

    def __init__(self, ask: Ask, endpoint: Callable[[], str]) -> None:
        self._ask, self._endpoint = ask, endpoint
        self._sessions: dict[tuple[str, str], tuple[float, Mapping[str, str]]] = {}

    def known(self, work: Work) -> bool:
        """Whether `environment` has everything that it needs for a while."""
        until, _ = self._sessions.get((work.role, work.settings.name), (0.0, _NOBODY))
        return time.monotonic() < until

    def environment(self, work: Work) -> Mapping[str, str]:
        """The variables of a new process for that function. Raises PlaneError when its role cannot be assumed."""
        return {"AWS_ENDPOINT_URL": self._endpoint(), **self._session(work.role, work.settings.name)}

    def _session(self, role: str, function: str) -> Mapping[str, str]:
        until, session = self._sessions.get((role, function), (0.0, _NOBODY))
        if time.monotonic() >= until:
            session = self._assumed(role, function)
            self._sessions[role, function] = time.monotonic() + _RENEWED_AFTER, session
        return session

    def _assumed(self, role: str, function: str) -> Mapping[str, str]:
        if not role:
            return _NOBODY
        # Lambda names the session after the function.
        given = self._ask("sts", "AssumeRole", {"RoleArn": role, "RoleSessionName": function[:64]}).result()
        keys = given["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

"""Access keys: whose they are, and the secret to check a signature with."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from moto.sts.models import sts_backends

from bus.local.access.caller import Caller
from bus.local.access.identities import Identities
from bus.local.access.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Known:
    """An access key that somebody has; `expires` is epoch seconds, None for keys that stay."""

    caller: Caller
    secret: str
    token: str | None = None
    expires: float | None = None


class Keys:
    """The root's key, users' keys (CreateAccessKey), sessions' keys (AssumeRole), and those of functions."""

    def __init__(self, account: str, root: tuple[str, str], identities: Identities, sessions: Sessions) -> None:
        self._account, self._root = account, root
        self._identities, self._sessions = identities, sessions
        self._assumed: dict[str, Any] = {}

    def find(self, access_key: str, token: str | None) -> Known | None:
        """None for a key that nobody has, or whose owner made it inactive."""
        if access_key == self._root[0]:
            return Known(Caller.root(self._account, access_key), self._root[1])
        if token is not None and (session := self._sessions.read(access_key, token)) is not None:
            credentials, role_arn, name = session
            caller = self._identities.session(role_arn, name, access_key)
            return None if caller is None else Known(caller, credentials.secret_key, token)
        return self._kept_by_moto(access_key)

    def _kept_by_moto(self, access_key: str) -> Known | None:
        key = self._identities.backend.access_keys.get(access_key)
        if key is None or key.status != "Active":
            return None
        if key.user_name is not None:
            caller = self._identities.user(key.user_name, access_key)
            return None if caller is None else Known(caller, key.secret_access_key)
        role = self._session(access_key)
        if role is None:
            return None
        policies = (role.policy,) if role.policy else ()
        caller = self._identities.session(role.role_arn, role.session_name, access_key, policies)
        # moto's times are UTC without saying so.
        expires = role.expiration.replace(tzinfo=UTC).timestamp()
        return None if caller is None else Known(caller, role.secret_access_key, role.session_token, expires)

    def _session(self, access_key: str) -> Any | None:
        assumed = self._assumed.get(access_key)
        if assumed is None:
            roles = sts_backends[self._account]["aws"].assumed_roles
            self._assumed = {role.access_key_id: role for role in roles}
            assumed = self._assumed.get(access_key)
        return assumed

"""Credentials for the roles of functions, which are good for as long as the root's are.

Lambda hands a function the credentials of a session of its role. Here nothing is kept of them: the token says whose
they are, and everything is derived from the root's secret, so that they outlive every restart.
"""

import hmac
import json
from base64 import b32encode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

_MARK = "omnibus."


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client signs with."""

    access_key: str
    secret_key: str
    token: str


class Sessions:
    """Gives credentials out, and knows them again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._known = lru_cache(maxsize=1024)(self._read)

    def credentials(self, role_arn: str, session: str) -> Credentials:
        """Those of a session of a role; the same for the same session."""
        text = json.dumps([role_arn, session]).encode()
        return self._of(_MARK + urlsafe_b64encode(text).decode())

    def read(self, access_key: str, token: str) -> tuple[Credentials, str, str] | None:
        """The credentials of this key and token, the role's ARN and the session's name; None for any others."""
        return self._known(access_key, token) if token.startswith(_MARK) else None

    def _read(self, access_key: str, token: str) -> tuple[Credentials, str, str] | None:
        found = self._of(token)
        if not hmac.compare_digest(found.access_key.encode(), access_key.encode()):
            return None
        # The key is derived from the token with the secret: whoever knows both was given both.
        role_arn, session = json.loads(urlsafe_b64decode(token.removeprefix(_MARK)))
        return found, role_arn, session

    def _of(self, token: str) -> Credentials:
        key = hmac.digest(self._secret, b"key " + token.encode(), sha256)
        secret = hmac.digest(self._secret, b"secret " + token.encode(), sha256)
        return Credentials("ASIA" + b32encode(key[:10]).decode(), b64encode(secret[:30]).decode(), token)

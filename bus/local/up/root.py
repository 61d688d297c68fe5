"""The account's own credentials, which `bus up --auth` asks of whoever has no others."""

import json
import os
import secrets

from bus.local.up.places import Places


def root_credentials(places: Places) -> tuple[str, str]:
    """The access key and the secret: made once and kept, for what functions sign with is derived from them."""
    try:
        said = json.loads(places.credentials.read_text())
    except FileNotFoundError:
        said = {"access_key": f"AKIA{_letters(16)}", "secret_key": secrets.token_urlsafe(30)}
        file = os.open(places.credentials, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as written:
            json.dump(said, written)
    return said["access_key"], said["secret_key"]


def _letters(count: int) -> str:
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(count))

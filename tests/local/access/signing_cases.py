"""Requests as botocore signs them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.compat import get_current_datetime
from botocore.credentials import Credentials

from bus.local.wire.messages import Request

ROOT = ("AKIAROOTROOTROOTROOT", "root/secret+of the account")
HOST = "127.0.0.1:4566"
_SIGNERS: dict[tuple[bool, bool], Any] = {
    (False, False): SigV4Auth,
    (True, False): S3SigV4Auth,
    (False, True): SigV4QueryAuth,
    (True, True): S3SigV4QueryAuth,
}


def sign(
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    service: str = "events",
    region: str = "us-east-1",
    keys: tuple[str, ...] = ROOT,
    presigned: bool = False,
    expires: int | None = None,
) -> Request:
    """A request as botocore signs it now; `target` is the path and the query, `service` the name to sign for."""
    given = AWSRequest(method=method, url=f"http://{HOST}{target}", data=body, headers=dict(headers or {}))
    signer = _SIGNERS[service == "s3", presigned]
    options = {} if expires is None else {"expires": expires}
    signer(Credentials(*keys), service, region, **options).add_auth(given)
    parts = urlsplit(given.url)
    named = {name.lower(): _latin(value) for name, value in given.headers.items()}
    return Request(method, parts.path or "/", parts.query, {**named, "host": HOST}, body)


def _latin(value: Any) -> str:
    text = value.decode("utf-8") if isinstance(value, bytes) else str(value)
    return text.encode().decode("latin-1")


def now() -> datetime:
    return get_current_datetime()

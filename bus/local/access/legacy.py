"""Presigned URLs of S3's older kind (Signature Version 2), which boto3 still makes in us-east-1 unless told otherwise.

S3 user guide, "Signing and authenticating REST requests (AWS signature version 2)", "Query string request
authentication alternative". What is signed is the method, two headers, the time of expiry, the x-amz- headers, and the
object with its subresources; not the host, and no other parameter.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1

from bus.local.access.signature import query_of
from bus.local.access.signed import Signed
from bus.local.errors import AwsError

_SUBRESOURCES = frozenset(
    # As the page lists them; a list of its own lines would be a page long.
    """accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock
    partNumber policy replication requestPayment response-cache-control response-content-disposition
    response-content-encoding response-content-language response-content-type response-expires restore select
    select-type storageClass tagging torrent uploadId uploads versionId versioning versions website""".split()  # noqa: SIM905 - as said
)
_PARTS = ("AWSAccessKeyId", "Signature", "Expires")


@dataclass(frozen=True, slots=True)
class LegacySignature:
    """Whose it is, and itself; `expires` is epoch seconds."""

    key: str
    value: str
    expires: int
    token: str | None


def read_legacy_signature(request: Signed) -> LegacySignature | None:
    """None when the request has none. Raises AwsError for one that lacks a part."""
    if "AWSAccessKeyId=" not in request.query:
        return None
    query = query_of(request)
    key, value, expires = (query.get(name, "") for name in _PARTS)
    if not (key and value and expires):
        message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
        raise AwsError("AccessDenied", message, status=403)
    if not expires.isdecimal():
        message = f"Invalid date (should be seconds since epoch): {expires}"
        raise AwsError("AccessDenied", message, status=403)
    return LegacySignature(key, value, int(expires), query.get("x-amz-security-token"))


def check_legacy_signature(request: Signed, signature: LegacySignature, secret: str, *, now: float) -> None:
    """Raises AwsError unless the URL was made with `secret` and has not expired."""
    if now > signature.expires:
        members = {"Expires": _iso(signature.expires), "ServerTime": _iso(now)}
        raise AwsError("AccessDenied", "Request has expired", status=403, **members)
    shown = ""
    for resource in _resources(request):
        text = _to_sign(request, resource, signature.expires)
        expected = b64encode(hmac.digest(secret.encode(), text.encode("latin-1"), sha1))
        if hmac.compare_digest(expected, signature.value.encode()):
            return
        shown = shown or text
    raise AwsError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing"
        " method.",
        status=403,
        AWSAccessKeyId=signature.key,
        StringToSign=shown,
        SignatureProvided=signature.value,
        StringToSignBytes=shown.encode("latin-1").hex(" "),
    )


def _to_sign(request: Signed, resource: str, expires: int) -> str:
    headers, query = request.headers, query_of(request)
    standard = (request.method, headers.get("content-md5", ""), headers.get("content-type", ""), str(expires))
    own = {name: value.strip() for name, value in _own({**query, **headers})}
    return "\n".join([*standard, *(f"{name}:{own[name]}" for name in sorted(own)), resource])


def _own(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name.lower(), value) for name, value in given.items() if name.lower().startswith("x-amz-"))


def _resources(request: Signed) -> Iterator[str]:
    """The bucket is in the path, or the first part of the host's name."""
    query = query_of(request)
    named = sorted(name for name in query if name in _SUBRESOURCES)
    end = "&".join(f"{name}={query[name]}" if f"{name}=" in request.query else name for name in named)
    for path in (request.path, f"/{request.headers.get('host', '').partition('.')[0]}{request.path}"):
        yield f"{path}?{end}" if end else path


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Whether a request's signature is right: SigV4, done again with the caller's secret."""

import hmac
from functools import lru_cache
from hashlib import sha256

from bus.local.access.canonical import canonical_forms
from bus.local.access.chunks import chunks_are_signed
from bus.local.access.dialect import Dialect
from bus.local.access.moments import check_moment
from bus.local.access.payload import CHUNKED, payload_of
from bus.local.access.refusals import invalid, mismatch
from bus.local.access.signature import ALGORITHM, Signature, malformed
from bus.local.access.signed import Signed
from bus.local.errors import AwsError

_TERMINATOR = "aws4_request"


def check_signature(
    request: Signed, signature: Signature, secret: str, dialect: Dialect, *, region: str, now: float
) -> None:
    """Raises AwsError unless the request was signed with `secret`, in time, for this service in this region."""
    _check_scope(signature, dialect, region)
    moment = check_moment(signature, dialect, now)
    _check_signed_headers(request, signature, dialect)
    payload = payload_of(request, s3=dialect.is_s3, presigned=signature.presigned)
    key = signing_key(secret, signature.date, signature.region, signature.service)
    canonical, to_sign = b"", ""
    for form in canonical_forms(request, signature.signed, payload, s3=dialect.is_s3, presigned=signature.presigned):
        asked = f"{ALGORITHM}\n{moment}\n{signature.scope}\n{sha256(form).hexdigest()}"
        if hmac.compare_digest(hmac.digest(key, asked.encode(), sha256).hex(), _ascii(signature.value)):
            if payload in CHUNKED and not chunks_are_signed(
                request.body, key, moment, signature.scope, signature.value
            ):
                break
            return
        canonical, to_sign = canonical or form, to_sign or asked
    raise mismatch(dialect, signature.key, signature.value, canonical, to_sign)


@lru_cache(maxsize=1024)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, _TERMINATOR):
        key = hmac.digest(key, part.encode(), sha256)
    return key


def _ascii(text: str) -> str:
    # compare_digest takes no others, and no signature has others.
    return text if text.isascii() else ""


def _check_scope(signature: Signature, dialect: Dialect, region: str) -> None:
    regions = dialect.regions(region)
    problems = []
    if signature.region not in regions:
        if dialect.is_s3:
            raise _wrong_region(signature, regions[0])
        problems.append(f"Credential should be scoped to a valid region, not '{signature.region}'.")
    if signature.service != dialect.signing:
        if dialect.is_s3:
            raise malformed(f'incorrect service "{signature.service}". This endpoint belongs to "s3".')
        problems.append(f"Credential should be scoped to correct service: '{dialect.signing}'.")
    if signature.terminator != _TERMINATOR:
        if dialect.is_s3:
            raise malformed(f'incorrect terminal "{signature.terminator}". This endpoint uses "{_TERMINATOR}".')
        problems.append(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', not '{signature.terminator}'."
        )
    if problems:
        raise invalid(dialect, " ".join(problems) + " ")


def _wrong_region(signature: Signature, expected: str) -> AwsError:
    if signature.presigned:
        message = f"Error parsing the X-Amz-Credential parameter; the region '{signature.region}' is wrong; expecting"
        return AwsError("AuthorizationQueryParametersError", f"{message} '{expected}'", status=400, Region=expected)
    return malformed(f"the region '{signature.region}' is wrong; expecting '{expected}'", Region=expected)


def _check_signed_headers(request: Signed, signature: Signature, dialect: Dialect) -> None:
    """Host is to be signed, and, by S3's rule, every x-amz- header."""
    signed = signature.signed
    if dialect.is_s3:
        needed = ["host", *(name for name in request.headers if name.startswith("x-amz-"))]
        missing = [name for name in needed if name not in signed]
        if missing:
            message = "There were headers present in the request which were not signed"
            raise AwsError("AccessDenied", message, status=403, HeadersNotSigned=", ".join(missing))
    elif "host" not in signed:
        raise invalid(dialect, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")

"""What of a request's body is signed: the last line of its canonical form.

S3 API reference, "Signature calculations for the Authorization header: Transferring a payload in multiple chunks"
and "Authenticating requests: using query parameters".
"""

import re
from hashlib import sha256

from bus.local.access.signed import Signed
from bus.local.errors import AwsError

UNSIGNED = "UNSIGNED-PAYLOAD"
_HEADER = "x-amz-content-sha256"
_EMPTY = sha256(b"").hexdigest()
_HASH = re.compile(r"[0-9a-f]{64}")
CHUNKED = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
_UNSIGNED_CHUNKS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_LITERALS = (UNSIGNED, _UNSIGNED_CHUNKS, *CHUNKED)


def payload_of(request: Signed, *, s3: bool, presigned: bool) -> str:
    """The hash of the body, or what stands in its place. Raises AwsError, as S3 does, for a hash of another body."""
    if not s3:
        return _hash(request.body)
    given = request.headers.get(_HEADER)
    if given is None:
        if presigned:
            return UNSIGNED
        raise AwsError("InvalidRequest", f"Missing required header for this request: {_HEADER}")
    if given in _LITERALS:
        return given
    if _HASH.fullmatch(given) is None:
        literals = f"{', '.join(_LITERALS)} or a valid sha256 value."
        message = f"{_HEADER} must be {literals}"
        raise AwsError("InvalidArgument", message, ArgumentName=_HEADER, ArgumentValue=given)
    computed = _hash(request.body)
    if computed != given:
        raise AwsError(
            "XAmzContentSHA256Mismatch",
            f"The provided '{_HEADER}' header does not match what was computed.",
            ClientComputedContentSHA256=given,
            S3ComputedContentSHA256=computed,
        )
    return given


def _hash(body: bytes) -> str:
    return sha256(body).hexdigest() if body else _EMPTY

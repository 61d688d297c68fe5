"""The signatures of a body that came in chunks, each signed with the one before (content-encoding aws-chunked).

S3 API reference, "Signature calculations for the Authorization header: Transferring a payload in multiple chunks" and
"… Including trailing headers (Chunked upload)".
"""

import hmac
from hashlib import sha256

_EMPTY = sha256(b"").hexdigest()
_MARK = b";chunk-signature="
_TRAILER = b"x-amz-trailer-signature:"


def chunks_are_signed(body: bytes, signing_key: bytes, moment: str, scope: str, seed: str) -> bool:
    """Whether every chunk, and the trailer if there is one, has the signature that follows from the one before it.

    `seed` is the signature of the request's head.
    """
    previous, rest = seed, body
    while True:
        head, found, rest = rest.partition(b"\r\n")
        size, mark, given = head.partition(_MARK)
        if not found or not mark or not _is_hexadecimal(size):
            return False
        length = int(size, 16)
        data, rest = rest[:length], rest[length:]
        lines = ("AWS4-HMAC-SHA256-PAYLOAD", moment, scope, previous, _EMPTY, sha256(data).hexdigest())
        expected = _signature(signing_key, lines)
        if len(data) < length or not hmac.compare_digest(expected.encode(), given):
            return False
        previous = expected
        if length == 0:
            return _trailer_is_signed(rest, signing_key, moment, scope, previous)
        if not rest.startswith(b"\r\n"):
            return False
        rest = rest[2:]


def _trailer_is_signed(rest: bytes, signing_key: bytes, moment: str, scope: str, previous: str) -> bool:
    lines = [line for line in rest.split(b"\r\n") if line]
    if not lines:
        return True
    *headers, last = lines
    if not headers or not last.startswith(_TRAILER):
        return False
    canonical = b"".join(header.strip() + b"\n" for header in headers)
    to_sign = ("AWS4-HMAC-SHA256-TRAILER", moment, scope, previous, sha256(canonical).hexdigest())
    given = last.removeprefix(_TRAILER).strip()
    return hmac.compare_digest(_signature(signing_key, to_sign).encode(), given)


def _signature(signing_key: bytes, lines: tuple[str, ...]) -> str:
    return hmac.new(signing_key, "\n".join(lines).encode(), sha256).hexdigest()


def _is_hexadecimal(text: bytes) -> bool:
    return bool(text) and all(byte in b"0123456789abcdefABCDEF" for byte in text)

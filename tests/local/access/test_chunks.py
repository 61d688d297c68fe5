"""Bodies in signed chunks: the example of the S3 API reference, "Signature calculations for the Authorization header:
Transferring a payload in multiple chunks (Chunked upload)", and what is made of it.
"""

import hmac
from hashlib import sha256

import pytest

from bus.local.access.chunks import chunks_are_signed
from bus.local.access.verification import signing_key

SECRET, MOMENT, SCOPE = (
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "20130524T000000Z",
    "20130524/us-east-1/s3/aws4_request",
)
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
KEY = signing_key(SECRET, "20130524", "us-east-1", "s3")
BODY = (
    b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
    + b"a" * 65536
    + b"\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
    + b"a" * 1024
    + b"\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
)


def test_the_chunks_of_the_reference_have_its_signatures():
    assert chunks_are_signed(BODY, KEY, MOMENT, SCOPE, SEED)


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b"a\r\n400", b"b\r\n400"),
        BODY.replace(b"b6c6", b"b6c7"),
        BODY.replace(b"10000;", b"0ffff;"),
        BODY.replace(b"10000;", b"xyz;"),
        BODY[: BODY.index(b"400;")] + BODY[BODY.index(b"0;chunk-signature=b6") :],
        BODY[:-100],
        BODY + b"more\r\n",
        b"",
        b"hello",
    ],
)
def test_a_chunk_that_was_changed_left_out_or_cut_off_is_noticed(body: bytes):
    assert not chunks_are_signed(body, KEY, MOMENT, SCOPE, SEED)


def test_a_trailer_is_signed_after_the_last_chunk():
    last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
    header = b"x-amz-checksum-crc32c:sOO8/Q=="
    lines = ("AWS4-HMAC-SHA256-TRAILER", MOMENT, SCOPE, last, sha256(header + b"\n").hexdigest())
    signature = hmac.new(KEY, "\n".join(lines).encode(), sha256).hexdigest().encode()
    ended = BODY.removesuffix(b"\r\n") + header + b"\r\nx-amz-trailer-signature:" + signature + b"\r\n\r\n"

    assert chunks_are_signed(ended, KEY, MOMENT, SCOPE, SEED)
    assert not chunks_are_signed(ended.replace(b"sOO8", b"sOO9"), KEY, MOMENT, SCOPE, SEED)

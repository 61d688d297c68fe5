"""The canonical form of a request, which is what is signed (IAM user guide, "Create a signed AWS API request").

S3 signs a path as it is sent; all other services normalize it and encode it once more.
"""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from botocore.utils import normalize_url_path

from bus.local.access.signed import Signed

_UNRESERVED = "-_.~"


def canonical_forms(
    request: Signed, signed: tuple[str, ...], payload: str, *, s3: bool, presigned: bool
) -> Iterator[bytes]:
    """The request as its signer may have seen it: as it was sent, then with path and query encoded as AWS's page says.

    The two differ for a client that does not send what it signed in the same spelling; both mean the same request.
    """
    headers = _headers(request, signed)
    end = headers + ";".join(signed).encode("latin-1") + b"\n" + payload.encode()
    pairs = _pairs(request.query, presigned=presigned)
    yield _form(request.method, _path(request.path, s3=s3), pairs, end)
    yield _form(request.method, _path(_encoded(request.path, safe="/"), s3=s3), _encoded_pairs(pairs), end)


def _form(method: str, path: str, pairs: list[tuple[str, str]], end: bytes) -> bytes:
    query = "&".join(f"{name}={value}" for name, value in sorted(pairs))
    return f"{method}\n{path}\n{query}\n".encode("latin-1") + end


@lru_cache(maxsize=1024)
def _path(path: str, *, s3: bool) -> str:
    if s3:
        return path or "/"
    return "/" if path in ("", "/") else quote(normalize_url_path(path), safe="/~")


def _pairs(query: str, *, presigned: bool) -> list[tuple[str, str]]:
    if not query:
        return []
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]
    return [pair for pair in pairs if pair[0] != "X-Amz-Signature"] if presigned else pairs


def _encoded_pairs(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(_encoded(name), _encoded(value)) for name, value in pairs]


def _encoded(text: str, *, safe: str = "") -> str:
    return quote(unquote_to_bytes(text), safe=_UNRESERVED + safe)


def _headers(request: Signed, signed: tuple[str, ...]) -> bytes:
    """Each signed header on a line of its own, its value without the spaces around it and double ones within.

    The bytes that were sent are what was signed: Latin-1 gives them back.
    """
    given = request.headers
    lines = [b"%b:%b\n" % (name.encode("latin-1"), _trimmed(given.get(name, ""))) for name in signed]
    return b"".join(lines) + b"\n"


def _trimmed(value: str) -> bytes:
    return b" ".join(value.encode("latin-1").split())

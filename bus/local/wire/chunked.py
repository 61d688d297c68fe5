"""Bodies that SDKs send to S3 in chunks of their own, within HTTP's.

Amazon S3 API reference, "Signature calculations for the Authorization header: transferring payload in multiple chunks"
and "… Including trailing headers": `size;chunk-signature=…`, the data, and so on until a size of 0; then the trailing
headers, of which the checksum is one.
"""

from collections.abc import Mapping

from bus.local.errors import AwsError
from bus.local.wire.messages import Request

_OF_CHUNKS = frozenset({"content-encoding", "content-length", "x-amz-decoded-content-length", "x-amz-trailer"})
_UNSIGNED = "UNSIGNED-PAYLOAD"


def unchunked(request: Request) -> Request:
    """The request with its body as it was before it was cut, and its trailing headers among the others.

    Raises OperationError for a body that is cut short, and for one of another length than it says.
    """
    if not request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        return request
    body, trailing = _joined(request.body)
    told = request.headers.get("x-amz-decoded-content-length")
    if told is not None and told != str(len(body)):
        raise _incomplete()
    headers = {name: value for name, value in request.headers.items() if name not in _OF_CHUNKS}
    encodings = [one.strip() for one in request.headers.get("content-encoding", "").split(",")]
    encoding = ",".join(one for one in encodings if one and one != "aws-chunked")
    if encoding:
        headers["content-encoding"] = encoding
    headers |= {**trailing, "x-amz-content-sha256": _UNSIGNED, "content-length": str(len(body))}
    return Request(request.method, request.path, request.query, headers, body)


def _joined(data: bytes) -> tuple[bytes, Mapping[str, str]]:
    chunks: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at)
        size = _size(data[at:end] if end >= 0 else data[at:])
        if size == 0:
            return b"".join(chunks), _trailing(data[end + 2 :] if end >= 0 else b"")
        start = end + 2
        at = start + size + 2
        if end < 0 or data[at - 2 : at] != b"\r\n":
            raise _incomplete()
        chunks.append(data[start : start + size])


def _size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise _incomplete() from error


def _trailing(data: bytes) -> Mapping[str, str]:
    headers = {}
    for line in data.decode("latin-1").splitlines():
        name, found, value = line.partition(":")
        if found and name.strip().lower() != "x-amz-trailer-signature":
            headers[name.strip().lower()] = value.strip()
    return headers


def _incomplete() -> AwsError:
    return AwsError(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    )

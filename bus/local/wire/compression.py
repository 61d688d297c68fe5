"""Bodies that SDKs compress: of a large PutMetricData (Smithy, "requestCompression trait")."""

from dataclasses import replace
from gzip import BadGzipFile, decompress
from zlib import error as ZlibError  # noqa: N812 - it is a class

from bus.local.errors import AwsError
from bus.local.wire.messages import Request

_OF_GZIP = frozenset({"content-encoding", "content-length"})


def inflated(request: Request) -> Request:
    """The request without its compression. Raises OperationError for what is no gzip.

    What S3 is given compressed, by PUT, it keeps so.
    """
    if request.headers.get("content-encoding") != "gzip" or request.method != "POST":
        return request
    try:
        body = decompress(request.body)
    except (EOFError, BadGzipFile, ZlibError) as error:
        raise AwsError("SerializationException", "") from error
    headers = {name: value for name, value in request.headers.items() if name not in _OF_GZIP}
    return replace(request, headers=headers, body=body)

"""The compression of objects (Firehose API reference, ExtendedS3DestinationConfiguration, CompressionFormat)."""

import gzip
import io
import struct
import zipfile
from collections.abc import Iterator

# What the name of an object ends in, unless told otherwise (developer guide, "Configure Amazon S3 object name format").
EXTENSIONS = {"UNCOMPRESSED": "", "GZIP": ".gz", "ZIP": ".zip", "Snappy": ".snappy", "HADOOP_SNAPPY": ".hsnappy"}

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows
_XERIAL = b"\x82SNAPPY\x00" + struct.pack(">ii", 1, 1)
_XERIAL_BLOCK, _HADOOP_BLOCK = 32 * 1024, 256 * 1024


def compressed(format_: str, data: bytes, name: str) -> bytes:
    """`name` is the object's, which a zip file holds its one file under. One content, one result."""
    match format_:
        case "GZIP":
            return gzip.compress(data, mtime=0)
        case "ZIP":
            return _zipped(data, name)
        case "Snappy":
            # AWS does not say how it frames Snappy; this is the way of snappy-java's streams.
            return _XERIAL + b"".join(_size(block) + block for _, block in _snappy(data, _XERIAL_BLOCK))
        case "HADOOP_SNAPPY":
            # Hadoop's SnappyCodec: the size of each block before and after, and the block.
            return b"".join(_size(raw) + _size(block) + block for raw, block in _snappy(data, _HADOOP_BLOCK))
    return data


def _zipped(data: bytes, name: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _snappy(data: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    import pyarrow as pa  # noqa: PLC0415 - only Snappy pays the 0.2 s that it takes to load

    codec = pa.Codec("snappy")
    for at in range(0, len(data), size):
        raw = data[at : at + size]
        yield raw, codec.compress(raw, asbytes=True)


def _size(data: bytes) -> bytes:
    return struct.pack(">i", len(data))

"""Java's patterns, Hive's types, Snappy's frames."""

import struct
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from bus.local.firehose.compression import compressed
from bus.local.firehose.hive_types import ColumnTypeError, arrow_type
from bus.local.firehose.java_time import formatted

INSTANT = datetime(2026, 1, 3, 0, 5, 6, 70_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy/MM/dd/HH", "2026/01/03/00"),
        ("yy-M-d", "26-1-3"),
        ("DDD", "003"),
        ("MMM MMMM MMMMM", "Jan January J"),
        ("EEE, EEEE", "Sat, Saturday"),
        ("hh:mm a", "12:05 AM"),
        ("H k K h", "0 24 0 12"),
        ("ss.SSS", "06.070"),
        ("'year='yyyy", "year=2026"),
        ("yyyy''MM", "2026'01"),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-01-03T00:05:06Z"),
        ("xx Z VV", "+0000 +0000 UTC"),
        ("QQQ", "Q1"),
    ],
)
def test_a_pattern_is_written_as_java_writes_it(pattern: str, text: str) -> None:
    assert formatted(pattern, INSTANT) == text


def test_the_week_based_year_is_that_of_the_united_states() -> None:
    assert formatted("YYYY-ww", datetime(2025, 12, 28, tzinfo=UTC)) == "2026-01"
    assert formatted("YYYY-ww", datetime(2025, 12, 27, tzinfo=UTC)) == "2025-52"


def test_a_pattern_knows_its_zone() -> None:
    tokyo = INSTANT.astimezone(ZoneInfo("Asia/Tokyo"))

    assert formatted("HH xxx X z", tokyo) == "09 +09:00 +09 JST"


@pytest.mark.parametrize("pattern", ["b", "yyyy[MM]", "yyyy'open"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern"):
        formatted(pattern, INSTANT)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("string", pa.string()),
        ("varchar(20)", pa.string()),
        ("decimal(12, 2)", pa.decimal128(12, 2)),
        ("decimal", pa.decimal128(10, 0)),
        ("array<int>", pa.list_(pa.int32())),
        ("map<string,array<bigint>>", pa.map_(pa.string(), pa.list_(pa.int64()))),
        ("struct<a:int, b:struct<c:date>>", pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.date32())]))])),
    ],
)
def test_a_column_type_of_hive_has_one_of_arrow(text: str, type_: pa.DataType) -> None:
    assert arrow_type(text) == type_


@pytest.mark.parametrize("text", ["", "colour", "array<int", "array<int>>", "struct<a>", "int;"])
def test_what_is_no_column_type_is_refused(text: str) -> None:
    with pytest.raises(ColumnTypeError):
        arrow_type(text)


def test_snappy_has_a_frame_for_each_block() -> None:
    data = b"record\n" * 10_000

    hadoop = compressed("HADOOP_SNAPPY", data, "o")
    xerial = compressed("Snappy", data, "o")

    size, length = struct.unpack(">ii", hadoop[:8])
    assert pa.Codec("snappy").decompress(hadoop[8 : 8 + length], size, asbytes=True) == data[:size] == data
    assert xerial[:8] == b"\x82SNAPPY\x00"
    (first,) = struct.unpack(">i", xerial[16:20])
    assert pa.Codec("snappy").decompress(xerial[20 : 20 + first], 32 * 1024, asbytes=True) == data[: 32 * 1024]

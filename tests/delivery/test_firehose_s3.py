"""What Firehose documents of delivery to S3: buffering, names, prefixes, compression, failures."""

import gzip
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.firehose import gzipped, objects, processing, put, s3_stream

ERRORS = "errors/!{firehose:error-output-type}/"


def hour(aws: Aws) -> str:
    return datetime.fromtimestamp(aws.now(), UTC).strftime("%Y/%m/%d/%H")


def test_records_are_concatenated_without_any_delimiter(aws: Aws):
    """Developer guide, "Configure data delivery format"."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket)
    put(aws, stream, b"one", b"two")

    aws.wait(61)

    assert list(objects(aws, bucket).values()) == [b"onetwo"]


def test_data_is_delivered_when_the_buffering_interval_is_over(aws: Aws):
    """API reference, BufferingHints, IntervalInSeconds."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket, interval=60)
    put(aws, stream, b"one")

    aws.wait(59)
    before = objects(aws, bucket)
    aws.wait(2)

    assert before == {}
    assert list(objects(aws, bucket).values()) == [b"one"]


def test_data_is_delivered_when_the_buffering_size_is_reached(aws: Aws):
    """API reference, BufferingHints, SizeInMBs."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket, interval=900, size=1)

    put(aws, stream, b"x" * 600_000, b"y" * 600_000)
    aws.idle()

    assert [len(body) for body in objects(aws, bucket).values()] == [600_000]


def test_a_buffering_interval_of_zero_delivers_at_once(aws: Aws):
    """Developer guide, "Configure buffering hints", zero buffering."""
    bucket = aws.bucket()
    put(aws, s3_stream(aws, bucket, interval=0), b"one")

    aws.idle()

    assert list(objects(aws, bucket).values()) == [b"one"]


def test_an_object_is_named_after_its_stream_its_version_its_time_and_a_uuid(aws: Aws):
    """Developer guide, "Configure Amazon S3 object name format"."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket)
    put(aws, stream, b"one")
    arrived, prefix = datetime.fromtimestamp(aws.now(), UTC), hour(aws)

    aws.wait(61)

    [key] = objects(aws, bucket)
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert re.fullmatch(rf"{prefix}/{stream}-1-{arrived:%Y-%m-%d-%H-%M-%S}-{uuid}", key)


def test_a_prefix_without_a_timestamp_gets_the_default_one(aws: Aws):
    """Developer guide, "Understand custom prefixes for Amazon S3 objects", semantic rules."""
    bucket = aws.bucket()
    put(aws, s3_stream(aws, bucket, Prefix="mine/"), b"one")
    expected = f"mine/{hour(aws)}/"

    aws.wait(61)

    [key] = objects(aws, bucket)
    assert key.startswith(expected)


def test_timestamps_are_patterns_of_the_java_date_time_formatter_in_the_time_zone_asked_for(aws: Aws):
    """Developer guide, "Understand custom prefixes for Amazon S3 objects", the timestamp namespace."""
    bucket = aws.bucket()
    prefix = "year=!{timestamp:yyyy}/!{timestamp:'day'D-EEE}/"
    zone = {"CustomTimeZone": "Asia/Tokyo"}
    stream = s3_stream(aws, bucket, Prefix=prefix, ErrorOutputPrefix=ERRORS, **zone)
    put(aws, stream, b"one")
    tokyo = datetime.fromtimestamp(aws.now() + 9 * 3600, UTC)

    aws.wait(61)

    [key] = objects(aws, bucket)
    assert key.startswith(f"year={tokyo:%Y}/day{tokyo.timetuple().tm_yday}-{tokyo:%a}/{stream}-1-{tokyo:%Y-%m-%d-%H}")


def test_every_instance_of_the_random_string_is_eleven_new_characters(aws: Aws):
    """Developer guide, "Understand custom prefixes for Amazon S3 objects", the firehose namespace."""
    bucket = aws.bucket()
    prefix = "!{firehose:random-string}/!{timestamp:yyyy}/!{firehose:random-string}/"
    put(aws, s3_stream(aws, bucket, Prefix=prefix, ErrorOutputPrefix=ERRORS), b"one")

    aws.wait(61)

    [key] = objects(aws, bucket)
    first, _, second, _ = key.split("/")
    assert (len(first), len(second)) == (11, 11)
    assert first != second


@pytest.mark.parametrize(
    ("prefixes", "why"),
    [
        ({"Prefix": "!{timestamp:yyyy/MM/dd}"}, "ErrorOutputPrefix cannot be null"),
        ({"Prefix": "x", "ErrorOutputPrefix": "!{timestamp:yyyy}"}, "at least one instance"),
        ({"Prefix": "!{firehose:error-output-type}/", "ErrorOutputPrefix": ERRORS}, "Prefix cannot contain"),
        ({"Prefix": "!{timestamp:bbb}/", "ErrorOutputPrefix": ERRORS}, "DateTimeFormatter"),
        ({"Prefix": "!{timestamp", "ErrorOutputPrefix": ERRORS}, "can only appear in"),
    ],
)
def test_a_prefix_that_breaks_the_semantic_rules_is_refused(aws: Aws, prefixes: dict[str, str], why: str):
    """Developer guide, "Understand custom prefixes for Amazon S3 objects", semantic rules and examples."""
    with pytest.raises(ClientError, match=why):
        s3_stream(aws, aws.bucket(), **prefixes)


@pytest.mark.parametrize("format_", ["GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"])
def test_objects_are_compressed_and_named_by_their_compression(aws: Aws, format_: str):
    """API reference, CompressionFormat; developer guide, "Configure Amazon S3 object name format"."""
    bucket = aws.bucket()
    put(aws, s3_stream(aws, bucket, CompressionFormat=format_), b"one" * 1000)

    aws.wait(61)

    [(key, body)] = objects(aws, bucket).items()
    assert key.endswith({"GZIP": ".gz", "ZIP": ".zip", "Snappy": ".snappy", "HADOOP_SNAPPY": ".hsnappy"}[format_])
    assert len(body) < 1000
    if format_ == "GZIP":
        assert gzip.decompress(body) == b"one" * 1000
    if format_ == "ZIP":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert [archive.read(name) for name in archive.namelist()] == [b"one" * 1000]


def test_a_file_extension_overrides_the_default_one(aws: Aws):
    """API reference, ExtendedS3DestinationConfiguration, FileExtension."""
    bucket = aws.bucket()
    put(aws, s3_stream(aws, bucket, CompressionFormat="GZIP", FileExtension=".json.gz"), b"{}")

    aws.wait(61)

    [key] = objects(aws, bucket)
    assert key.endswith(".json.gz")


def test_a_delimiter_is_appended_to_each_record(aws: Aws):
    """Developer guide, "Add a new line delimiter"."""
    bucket = aws.bucket()
    lines = processing("AppendDelimiterToRecord", Delimiter="\\n")
    put(aws, s3_stream(aws, bucket, ProcessingConfiguration=lines), b"one", b"two")

    aws.wait(61)

    assert list(objects(aws, bucket).values()) == [b"one\ntwo\n"]


def test_cloudwatch_logs_are_decompressed_and_their_messages_extracted(aws: Aws):
    """Developer guide, "Decompress CloudWatch Logs" and "Message extraction after decompression"."""
    bucket = aws.bucket()
    steps = processing("CloudWatchLogProcessing", DataMessageExtraction="true")
    steps["Processors"].insert(0, processing("Decompression", CompressionFormat="GZIP")["Processors"][0])
    logs = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": "first"}, {"message": "second"}]}
    put(aws, s3_stream(aws, bucket, ProcessingConfiguration=steps), gzipped(logs))

    aws.wait(61)

    assert list(objects(aws, bucket).values()) == [b"first\nsecond\n"]


def test_delivery_is_tried_again_until_it_succeeds(aws: Aws):
    """Developer guide, "Handle data delivery failures", Amazon S3: "the bucket might not exist any more"."""
    bucket, s3 = aws.bucket(), aws.client("s3")
    stream = s3_stream(aws, bucket)
    s3.delete_bucket(Bucket=bucket)
    put(aws, stream, b"one")
    aws.wait(3600)

    s3.create_bucket(Bucket=bucket)
    aws.wait(3600)

    assert list(objects(aws, bucket).values()) == [b"one"]


def test_data_is_lost_when_delivery_fails_for_more_than_24_hours(aws: Aws):
    """Developer guide, "Handle data delivery failures", Amazon S3."""
    bucket, s3 = aws.bucket(), aws.client("s3")
    stream = s3_stream(aws, bucket)
    s3.delete_bucket(Bucket=bucket)
    put(aws, stream, b"one")
    aws.wait(24 * 3600 + 61)

    s3.create_bucket(Bucket=bucket)
    aws.wait(3600)

    assert objects(aws, bucket) == {}


def test_a_converted_record_is_a_row_of_the_glue_table_and_one_that_does_not_fit_goes_to_the_error_prefix(aws: Aws):
    """Developer guide, "Convert input data format" and "Handle errors for data format conversion"."""
    bucket, stream = aws.bucket(), _converting(aws)
    name = s3_stream(aws, bucket, size=64, ErrorOutputPrefix=ERRORS, DataFormatConversionConfiguration=stream)
    put(aws, name, b'{"ID": "a", "amount": 5}', b'{"id": "b", "amount": "much"}', b"no JSON")

    aws.wait(61)

    [(key, body)] = [item for item in objects(aws, bucket).items() if not item[0].startswith("errors/")]
    assert key.endswith(".parquet")
    assert body[:4] == body[-4:] == b"PAR1"
    [errors] = objects(aws, bucket, "errors/format-conversion-failed/").values()
    assert len(errors.splitlines()) == 2
    assert b"DataFormatConversion.MalformedData" in errors


def _converting(aws: Aws) -> dict[str, Any]:
    glue, database = aws.client("glue"), aws.name()
    glue.create_database(DatabaseInput={"Name": database})
    columns = [{"Name": "id", "Type": "string"}, {"Name": "amount", "Type": "int"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "rows", "StorageDescriptor": {"Columns": columns}})
    return {
        "Enabled": True,
        "SchemaConfiguration": {"DatabaseName": database, "TableName": "rows", "RoleARN": aws.role()},
        "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
        "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
    }

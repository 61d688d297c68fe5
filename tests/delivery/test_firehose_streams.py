"""What Firehose documents of delivery streams themselves, of puts, and of a Kinesis stream as their source."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.firehose import objects, put, s3_stream

DESTINATION = "destinationId-000000000001"


def describe(aws: Aws, stream: str) -> dict[str, Any]:
    described: dict[str, Any] = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=stream)
    return dict(described["DeliveryStreamDescription"])


def update(aws: Aws, stream: str, version: str = "1", **changes: Any) -> None:
    aws.client("firehose").update_destination(
        DeliveryStreamName=stream,
        CurrentDeliveryStreamVersionId=version,
        DestinationId=DESTINATION,
        ExtendedS3DestinationUpdate=changes,
    )
    aws.idle()


def test_a_record_is_up_to_1000_kib_and_a_batch_up_to_500_records_and_4_mib(aws: Aws):
    """API reference, PutRecord and PutRecordBatch."""
    firehose, stream = aws.client("firehose"), s3_stream(aws, aws.bucket())

    put(aws, stream, b"x" * 1_024_000)
    for records in ([b"x" * 1_024_001], [b"x"] * 501, [b"x" * 1_024_000] * 5):
        with pytest.raises(ClientError, match=r"ValidationException|InvalidArgumentException"):
            firehose.put_record_batch(DeliveryStreamName=stream, Records=[{"Data": data} for data in records])


def test_a_batch_is_answered_record_by_record_with_an_id_for_each(aws: Aws):
    """API reference, PutRecordBatch."""
    firehose, stream = aws.client("firehose"), s3_stream(aws, aws.bucket())

    answer = firehose.put_record_batch(DeliveryStreamName=stream, Records=[{"Data": b"a"}, {"Data": b"b"}])

    assert answer["FailedPutCount"] == 0
    assert len({response["RecordId"] for response in answer["RequestResponses"]}) == 2


def test_exactly_one_destination_is_taken(aws: Aws):
    """API reference, CreateDeliveryStream."""
    with pytest.raises(ClientError, match="InvalidArgumentException"):
        aws.client("firehose").create_delivery_stream(DeliveryStreamName=aws.name())


def test_a_delivery_stream_is_described_with_the_defaults_of_its_destination(aws: Aws):
    """API reference, DescribeDeliveryStream; BufferingHints: 5 MiB or 300 seconds."""
    bucket, firehose, name = aws.bucket(), aws.client("firehose"), aws.name()
    plain = {"RoleARN": aws.role(), "BucketARN": f"arn:aws:s3:::{bucket}"}
    firehose.create_delivery_stream(DeliveryStreamName=name, S3DestinationConfiguration=plain)
    aws.idle()

    described = describe(aws, name)

    [destination] = described["Destinations"]
    s3 = destination["S3DestinationDescription"]
    assert (described["DeliveryStreamStatus"], described["VersionId"]) == ("ACTIVE", "1")
    assert s3["BufferingHints"] == {"SizeInMBs": 5, "IntervalInSeconds": 300}
    assert s3["CompressionFormat"] == "UNCOMPRESSED"
    assert destination["ExtendedS3DestinationDescription"]["S3BackupMode"] == "Disabled"


def test_an_update_merges_what_it_specifies_with_what_there_was_and_makes_a_new_version(aws: Aws):
    """API reference, UpdateDestination."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket, Prefix="old/", CompressionFormat="GZIP")

    update(aws, stream, Prefix="new/")

    described = describe(aws, stream)
    destination = described["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert described["VersionId"] == "2"
    assert (destination["Prefix"], destination["CompressionFormat"]) == ("new/", "GZIP")


def test_an_update_of_another_version_is_refused(aws: Aws):
    """API reference, UpdateDestination, CurrentDeliveryStreamVersionId."""
    firehose, stream = aws.client("firehose"), s3_stream(aws, aws.bucket())

    with pytest.raises(firehose.exceptions.ConcurrentModificationException):
        update(aws, stream, "7", Prefix="new/")


def test_the_stream_remains_active_while_it_is_updated_and_what_is_in_it_is_delivered(aws: Aws):
    """API reference, UpdateDestination."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket)
    put(aws, stream, b"before")

    update(aws, stream, Prefix="new/")
    put(aws, stream, b"after")
    aws.wait(61)

    assert b"".join(objects(aws, bucket).values()) == b"beforeafter"


def test_a_smaller_buffer_passes_on_what_is_more_than_it_holds(aws: Aws):
    """API reference, BufferingHints: SizeInMBs is what is buffered before it is delivered."""
    bucket = aws.bucket()
    stream = s3_stream(aws, bucket, interval=900, size=5)
    put(aws, stream, b"x" * 1_000_000, b"y" * 1_000_000)

    update(aws, stream, BufferingHints={"IntervalInSeconds": 900, "SizeInMBs": 1})
    aws.idle()

    assert [len(body) for body in objects(aws, bucket).values()] == [2_000_000]


def test_encryption_is_for_streams_of_direct_puts_and_shows_in_what_puts_answer(aws: Aws):
    """API reference, StartDeliveryStreamEncryption."""
    firehose, stream = aws.client("firehose"), s3_stream(aws, aws.bucket())

    firehose.start_delivery_stream_encryption(DeliveryStreamName=stream)
    aws.wait(10)
    encrypted = firehose.put_record(DeliveryStreamName=stream, Record={"Data": b"x"})["Encrypted"]
    status = describe(aws, stream)["DeliveryStreamEncryptionConfiguration"]["Status"]

    assert (encrypted, status) == (True, "ENABLED")
    with pytest.raises(ClientError, match="InvalidArgumentException"):
        firehose.start_delivery_stream_encryption(DeliveryStreamName=_from_kinesis(aws, aws.bucket())[0])


def test_tags_are_added_overwritten_and_removed(aws: Aws):
    """API reference, TagDeliveryStream, UntagDeliveryStream, ListTagsForDeliveryStream."""
    firehose, stream = aws.client("firehose"), s3_stream(aws, aws.bucket())

    firehose.tag_delivery_stream(DeliveryStreamName=stream, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b"}])
    firehose.tag_delivery_stream(DeliveryStreamName=stream, Tags=[{"Key": "a", "Value": "2"}])
    firehose.untag_delivery_stream(DeliveryStreamName=stream, TagKeys=["b"])

    assert firehose.list_tags_for_delivery_stream(DeliveryStreamName=stream)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_a_stream_is_deleted_with_its_data(aws: Aws):
    """API reference, DeleteDeliveryStream."""
    firehose, bucket = aws.client("firehose"), aws.bucket()
    stream = s3_stream(aws, bucket)
    put(aws, stream, b"one")

    firehose.delete_delivery_stream(DeliveryStreamName=stream)
    aws.wait(61)

    assert objects(aws, bucket) == {}
    with pytest.raises(firehose.exceptions.ResourceNotFoundException):
        put(aws, stream, b"two")


def _from_kinesis(aws: Aws, bucket: str) -> tuple[str, str]:
    firehose, name, source = aws.client("firehose"), aws.name(), aws.stream(2)
    aws.client("kinesis").put_record(StreamARN=source, Data=b"before", PartitionKey="k")
    aws.wait(1)
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": source, "RoleARN": aws.role()},
        ExtendedS3DestinationConfiguration={
            "RoleARN": aws.role(),
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5},
        },
    )
    aws.idle()
    return name, source


def test_a_kinesis_stream_is_read_from_its_latest_position_on(aws: Aws):
    """Developer guide, "Configure source settings for Amazon Kinesis Data Streams"."""
    bucket = aws.bucket()
    _, source = _from_kinesis(aws, bucket)
    aws.client("kinesis").put_record(StreamARN=source, Data=b"after", PartitionKey="k")

    aws.wait(62)

    assert list(objects(aws, bucket).values()) == [b"after"]


def test_a_stream_with_a_kinesis_source_takes_no_direct_puts(aws: Aws):
    """Developer guide, "Choose source and destination": records come from the source alone."""
    name, _ = _from_kinesis(aws, aws.bucket())

    with pytest.raises(ClientError, match="not permitted on KinesisStreamAsSource"):
        put(aws, name, b"x")


def test_a_kinesis_source_is_read_through_its_resharding(aws: Aws):
    """Kinesis developer guide, "Complete the resharding action": parents first, then their children."""
    bucket = aws.bucket()
    _, source = _from_kinesis(aws, bucket)
    kinesis = aws.client("kinesis")
    kinesis.put_record(StreamARN=source, Data=b"1", PartitionKey="k", ExplicitHashKey="0")
    kinesis.update_shard_count(StreamARN=source, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    aws.idle()
    kinesis.put_record(StreamARN=source, Data=b"2", PartitionKey="k", ExplicitHashKey="0")

    aws.wait(62)

    assert b"".join(objects(aws, bucket).values()) == b"12"


def test_a_kinesis_source_that_was_deleted_and_made_anew_is_read_from_its_beginning(aws: Aws):
    """The new stream has nothing of the old one but its name; the guide says only that its ARN is what is read."""
    bucket = aws.bucket()
    _, source = _from_kinesis(aws, bucket)
    kinesis, name = aws.client("kinesis"), source.partition("/")[2]
    kinesis.put_record(StreamARN=source, Data=b"old", PartitionKey="k")
    aws.wait(2)
    kinesis.delete_stream(StreamName=name)
    aws.idle()
    kinesis.create_stream(StreamName=name, ShardCount=1)
    aws.idle()

    kinesis.put_record(StreamARN=source, Data=b"new", PartitionKey="k")
    aws.wait(65)

    assert b"".join(objects(aws, bucket).values()) == b"oldnew"

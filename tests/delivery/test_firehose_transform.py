"""What Firehose documents of data transformation, backup and dynamic partitioning."""

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.firehose import failures, objects, processing, put, s3_stream

ERRORS = "errors/!{firehose:error-output-type}/"

# Each record is what becomes of it: "Ok", "Dropped", "ProcessingFailed", or "forget".
BY_WORD = """
import base64

def handler(event, context):
    records = []
    for record in event["records"]:
        word = base64.b64decode(record["data"]).decode()
        if word != "forget":
            data = base64.b64encode((word + "!").encode()).decode()
            records.append({"recordId": record["recordId"], "result": word, "data": data})
    return {"records": records}
"""
FAILING = """
def handler(event, context):
    raise ValueError("no")
"""
BY_CUSTOMER = """
import base64, json

def handler(event, context):
    records = []
    for record in event["records"]:
        document = json.loads(base64.b64decode(record["data"]))
        keys = {"customer": document.get("customer")}
        records.append({
            "recordId": record["recordId"], "result": "Ok", "data": record["data"], "metadata": {"partitionKeys": keys},
        })
    return {"records": records}
"""


def transforming(aws: Aws, bucket: str, source: str, *, retries: int = 3, **extended: Any) -> str:
    arn = aws.function_arn(aws.function(source))
    steps = processing("Lambda", LambdaArn=arn, BufferIntervalInSeconds="60", NumberOfRetries=str(retries))
    return s3_stream(aws, bucket, ErrorOutputPrefix=ERRORS, ProcessingConfiguration=steps, **extended)


def delivered(aws: Aws, bucket: str) -> list[bytes]:
    return [body for key, body in objects(aws, bucket).items() if not key.startswith("errors/")]


def test_what_the_function_returns_as_ok_is_delivered_and_what_it_drops_is_not(aws: Aws):
    """Developer guide, "Required parameters for data transformation"."""
    bucket = aws.bucket()
    put(aws, transforming(aws, bucket, BY_WORD), b"Ok", b"Dropped", b"Ok")

    aws.wait(125)

    assert delivered(aws, bucket) == [b"Ok!Ok!"]
    assert failures(aws, bucket, "errors/") == []


@pytest.mark.parametrize(
    ("word", "code"), [(b"ProcessingFailed", "ProcessingFailedStatus"), (b"forget", "MissingRecordId")]
)
def test_unsuccessfully_processed_records_are_delivered_to_the_processing_failed_folder(
    aws: Aws, word: bytes, code: str
):
    """Developer guide, "Handle failure in data transformation"."""
    bucket = aws.bucket()
    put(aws, transforming(aws, bucket, BY_WORD), word, b"Ok")

    aws.wait(125)

    [failure] = failures(aws, bucket, "errors/processing-failed/")
    assert set(failure) == {
        "attemptsMade",
        "arrivalTimestamp",
        "errorCode",
        "errorMessage",
        "attemptEndingTimestamp",
        "rawData",
        "lambdaArn",
    }
    assert failure["errorCode"] == f"Lambda.{code}"
    assert base64.b64decode(failure["rawData"]) == word
    assert delivered(aws, bucket) == [b"Ok!"]


def test_a_failing_invocation_is_retried_three_times_by_default_and_then_its_batch_is_skipped(aws: Aws):
    """Developer guide, "Handle failure in data transformation"."""
    bucket = aws.bucket()
    put(aws, transforming(aws, bucket, FAILING), b"one", b"two")

    aws.wait(125)

    failed = failures(aws, bucket, "errors/processing-failed/")
    assert [failure["attemptsMade"] for failure in failed] == [4, 4]
    assert delivered(aws, bucket) == []


def test_source_records_are_backed_up_untransformed(aws: Aws):
    """Developer guide, "Back up source records"."""
    bucket, backup = aws.bucket(), aws.bucket()
    to = {"RoleARN": aws.role(), "BucketARN": f"arn:aws:s3:::{backup}"}
    backed_up = {"S3BackupMode": "Enabled", "S3BackupConfiguration": to}
    put(aws, transforming(aws, bucket, BY_WORD, **backed_up), b"Ok", b"Dropped")

    aws.wait(301)

    assert delivered(aws, bucket) == [b"Ok!"]
    assert list(objects(aws, backup).values()) == [b"OkDropped"]


def partitioned(aws: Aws, bucket: str) -> str:
    prefix = "customer=!{partitionKeyFromLambda:customer}/!{timestamp:yyyy}/"
    on = {"Prefix": prefix, "DynamicPartitioningConfiguration": {"Enabled": True}}
    return transforming(aws, bucket, BY_CUSTOMER, size=64, **on)


def test_records_with_the_same_partition_keys_are_delivered_together(aws: Aws):
    """Developer guide, "Understand partitioning keys", partition keys of a Lambda function."""
    bucket = aws.bucket()
    stream = partitioned(aws, bucket)
    put(aws, stream, b'{"customer":"a"}', b'{"customer":"b"}', b'{"customer":"a"}')

    aws.wait(125)

    found = {key.split("/")[0]: body for key, body in objects(aws, bucket).items()}
    assert found == {
        "customer=a": b'{"customer":"a"}{"customer":"a"}',
        "customer=b": b'{"customer":"b"}',
    }


def test_a_record_whose_partition_keys_cannot_be_extracted_goes_to_the_error_prefix(aws: Aws):
    """Developer guide, "Troubleshoot dynamic partitioning errors"."""
    bucket = aws.bucket()
    put(aws, partitioned(aws, bucket), b"{}", b'{"customer":"a"}')

    aws.wait(125)

    [failure] = failures(aws, bucket, "errors/")
    assert failure["errorCode"] == "DynamicPartitioning.MetadataExtractionFailed"
    assert [key.split("/")[0] for key in objects(aws, bucket, "customer=")] == ["customer=a"]


def test_dynamic_partitioning_needs_buffers_of_64_mebibytes_and_an_error_prefix(aws: Aws):
    """Developer guide, "Enable dynamic partitioning"."""
    bucket = aws.bucket()
    on = {"Prefix": "!{partitionKeyFromLambda:k}/", "DynamicPartitioningConfiguration": {"Enabled": True}}

    with pytest.raises(ClientError, match="ErrorOutputPrefix"):
        s3_stream(aws, bucket, size=64, **on)
    with pytest.raises(ClientError, match="at least 64"):
        s3_stream(aws, bucket, ErrorOutputPrefix=ERRORS, **on)


SLOW = """
import time

def handler(event, context):
    time.sleep({seconds})
    return {{"records": [{{**record, "result": "Ok"}} for record in event["records"]]}}
"""
ODD_METADATA = """
import base64, json

def handler(event, context):
    metadata = [json.loads(base64.b64decode(record["data"])) for record in event["records"]]
    return {
        "records": [
            {"recordId": record["recordId"], "result": "Ok", "data": record["data"], "metadata": metadata[at]}
            for at, record in enumerate(event["records"])
        ]
    }
"""


def slow(aws: Aws, seconds: int) -> str:
    arn = aws.function_arn(aws.function(SLOW.format(seconds=seconds), Timeout=900))
    steps = processing("Lambda", LambdaArn=arn, BufferIntervalInSeconds="0", NumberOfRetries="0")
    bucket = aws.bucket()
    put(aws, s3_stream(aws, bucket, interval=0, ErrorOutputPrefix=ERRORS, ProcessingConfiguration=steps), b"a")
    return bucket


def test_what_a_slow_function_returns_is_delivered_when_it_has_returned(aws: Aws):
    """Developer guide, "Transform source data": the transformed data is sent from Lambda to Firehose."""
    bucket = slow(aws, 100)

    aws.wait(95)
    before = delivered(aws, bucket)
    aws.wait(10)

    assert (before, delivered(aws, bucket)) == ([], [b"a"])


def test_an_invocation_may_take_five_minutes(aws: Aws):
    """Developer guide, "Transform source data", Lambda invocation duration."""
    bucket = slow(aws, 301)

    aws.wait(310)

    assert [each["errorCode"] for each in failures(aws, bucket, "errors/")] == ["Lambda.FunctionTimedOut"]


def test_metadata_that_is_no_object_fails_its_record_alone(aws: Aws):
    """Developer guide, "Required parameters for data transformation"."""
    bucket = aws.bucket()
    odd = (b"5", b'{"partitionKeys": [1]}', b'{"otfMetadata": 5}')
    put(aws, transforming(aws, bucket, ODD_METADATA), b"null", *odd)

    aws.wait(200)

    assert delivered(aws, bucket) == [b"null"]
    assert [each["errorCode"] for each in failures(aws, bucket, "errors/")] == ["Lambda.InvalidReturnFormat"] * 3


@pytest.mark.parametrize("parameter", ["BufferSizeInMBs", "BufferIntervalInSeconds", "NumberOfRetries"])
def test_a_parameter_of_the_processor_that_is_no_number_is_refused(aws: Aws, parameter: str):
    """API reference, ProcessorParameter."""
    steps = processing("Lambda", LambdaArn="arn:aws:lambda:us-east-1:123456789012:function:f", **{parameter: "many"})

    with pytest.raises(ClientError, match=f"{parameter} must be a number"):
        s3_stream(aws, aws.bucket(), ProcessingConfiguration=steps)


def test_what_was_to_be_backed_up_still_is_when_the_destination_becomes_another(aws: Aws):
    """API reference, UpdateDestination: the stream goes on, and a destination of another type is not merged."""
    bucket, kept = aws.bucket(), aws.bucket()
    place = {"RoleARN": aws.role(), "BucketARN": f"arn:aws:s3:::{kept}"}
    hints = {"IntervalInSeconds": 900, "SizeInMBs": 5}
    backup = {"S3BackupMode": "Enabled", "S3BackupConfiguration": {**place, "BufferingHints": hints}}
    name = s3_stream(aws, bucket, **backup)
    put(aws, name, b"a")

    aws.client("firehose").update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        IcebergDestinationUpdate={
            "RoleARN": aws.role(),
            "S3Configuration": {**place, "BucketARN": f"arn:aws:s3:::{bucket}"},
            "CatalogConfiguration": {"CatalogARN": "arn:aws:glue:us-east-1:123456789012:catalog"},
        },
    )
    aws.wait(901)

    assert list(objects(aws, kept).values()) == [b"a"]

"""What Lambda does about batches of a stream that fail: Lambda developer guide, "Retain discarded batch records for a
Kinesis Data Streams event source" and "Configuring partial batch response with Kinesis Data Streams and Lambda".
"""

import base64
import json
from typing import Any

from tests.delivery.aws import Aws
from tests.delivery.mappings import FAILS_ON_POISON, REPORTS, REPORTS_POISON, Mapped, put, stream_mapped


def on_failure(arn: str) -> dict[str, Any]:
    return {"OnFailure": {"Destination": arn}}


def test_if_the_function_returns_an_error_lambda_stops_processing_of_the_shard_and_retries(aws: Aws):
    """Polling and batching streams: "If your function returns an error, Lambda retries the batch"."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, FAILS_ON_POISON, BatchSize=1)

    put(aws, stream, "poison", "behind")
    aws.wait(3600)

    texts = function.texts()
    assert (set(texts), len(texts) > 10) == ({"poison"}, True)


def test_lambda_gives_up_after_the_maximum_retry_attempts_and_goes_on(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, MaximumRetryAttempts."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, FAILS_ON_POISON, BatchSize=1, MaximumRetryAttempts=2)

    put(aws, stream, "poison", "behind")
    aws.wait(60)

    assert function.texts() == ["poison", "poison", "poison", "behind"]


def test_lambda_discards_records_older_than_the_maximum_record_age(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, MaximumRecordAgeInSeconds."""
    stream, failures = aws.stream(), aws.queue()
    settings = {"MaximumRecordAgeInSeconds": 60, "DestinationConfig": on_failure(failures.arn)}
    function = stream_mapped(aws, stream, FAILS_ON_POISON, BatchSize=1, **settings)

    put(aws, stream, "poison")
    aws.wait(200)
    put(aws, stream, "fresh")
    aws.idle()

    assert function.texts()[-1] == "fresh"
    assert [each["requestContext"]["condition"] for each in failures.documents()] == ["RecordAgeExceeded"]


def test_a_failed_batch_is_split_in_two_before_it_is_retried(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, BisectBatchOnFunctionError."""
    stream = aws.stream()
    settings = {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 0}
    function = stream_mapped(aws, stream, FAILS_ON_POISON, **settings)

    put(aws, stream, "a", "b", "poison", "d")
    aws.wait(60)

    assert function.batches() == [["a", "b", "poison", "d"], ["a", "b"], ["poison", "d"], ["poison"], ["d"]]


def test_splitting_a_batch_does_not_count_towards_the_retry_quota(aws: Aws):
    """Retain discarded batch records: "Splitting batches doesn't consume the retry quota"."""
    stream = aws.stream()
    settings = {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 1}
    function = stream_mapped(aws, stream, FAILS_ON_POISON, **settings)

    put(aws, stream, "a", "poison")
    aws.wait(60)

    assert function.batches() == [["a", "poison"], ["a"], ["poison"], ["poison"]]


def test_lambda_retries_all_records_from_the_lowest_reported_sequence_number_on(aws: Aws):
    """Configuring partial batch response with Kinesis Data Streams and Lambda."""
    stream = aws.stream()
    settings = {"FunctionResponseTypes": REPORTS, "MaximumRetryAttempts": 1}
    function = stream_mapped(aws, stream, REPORTS_POISON, **settings)

    put(aws, stream, "a", "poison 1", "c", "poison 2", "e")
    aws.wait(60)

    assert function.batches() == [["a", "poison 1", "c", "poison 2", "e"], ["poison 1", "c", "poison 2", "e"]]


def test_a_reported_batch_is_split_at_the_returned_sequence_number(aws: Aws):
    """Configuring partial batch response: "the batch is bisected at the returned sequence number"."""
    stream = aws.stream()
    settings = {"FunctionResponseTypes": REPORTS, "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 0}
    function = stream_mapped(aws, stream, REPORTS_POISON, **settings)

    put(aws, stream, "a", "b", "poison", "d")
    aws.wait(60)

    assert function.batches() == [["a", "b", "poison", "d"], ["poison", "d"], ["poison"], ["d"]]


def test_a_batch_fails_completely_when_the_report_is_malformed(aws: Aws):
    """Configuring partial batch response, "Success and failure conditions"."""
    for item in ('{"itemIdentifier": ""}', '{"itemIdentifier": None}', '{"badkey": "1"}'):
        stream = aws.stream()
        settings = {"FunctionResponseTypes": REPORTS, "MaximumRetryAttempts": 1}
        function = stream_mapped(aws, stream, f'return {{"batchItemFailures": [{item}]}}', **settings)
        put(aws, stream, "a", "b")
        aws.wait(10)
        assert function.batches() == [["a", "b"], ["a", "b"]], item


def test_a_batch_succeeds_completely_when_the_report_is_empty(aws: Aws):
    """Configuring partial batch response, "Success and failure conditions"."""
    for answer in ('{"batchItemFailures": []}', '{"batchItemFailures": None}', "{}", "None"):
        stream = aws.stream()
        function = stream_mapped(aws, stream, f"return {answer}", FunctionResponseTypes=REPORTS)
        put(aws, stream, "a")
        aws.wait(10)
        assert function.batches() == [["a"]], answer


def discarding(aws: Aws, destination: str) -> Mapped:
    """A mapping that has given up two records."""
    stream = aws.stream()
    settings = {"MaximumRetryAttempts": 1, "DestinationConfig": on_failure(destination)}
    function = stream_mapped(aws, stream, FAILS_ON_POISON, **settings)
    put(aws, stream, "poison", "with it")
    aws.wait(10)
    return function


def check_record(record: dict[str, Any], function: Mapped) -> None:
    (first, *_, last) = function.events()[-1]["Records"]
    stream = function.described()["EventSourceArn"]
    assert record["version"] == "1.0"
    assert record["requestContext"]["functionArn"] == function.aws.function_arn(function.function)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    context = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responseContext"] == context
    info = record["KinesisBatchInfo"]
    assert info["shardId"] == "shardId-000000000000"
    assert info["startSequenceNumber"] == first["kinesis"]["sequenceNumber"]
    assert info["endSequenceNumber"] == last["kinesis"]["sequenceNumber"]
    assert info["approximateArrivalOfFirstRecord"].endswith("Z")
    assert (info["batchSize"], info["streamArn"]) == (2, stream)


def test_a_discarded_batch_is_told_to_an_sqs_queue(aws: Aws):
    """Retain discarded batch records, "Example invocation record for Amazon SQS"."""
    failures = aws.queue()
    function = discarding(aws, failures.arn)

    (record,) = failures.documents()

    check_record(record, function)
    assert "payload" not in record


def test_a_discarded_batch_is_told_to_an_sns_topic(aws: Aws):
    """Retain discarded batch records, "Example invocation record for Amazon SNS"."""
    topic, queue = aws.topic(), aws.queue()
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    function = discarding(aws, topic)
    aws.idle()

    (notification,) = queue.documents()

    check_record(json.loads(notification["Message"]), function)


def test_a_discarded_batch_is_kept_in_a_bucket_with_its_records(aws: Aws):
    """Retain discarded batch records, "Example Amazon S3 invocation record": the whole event in `payload`, under
    aws/lambda/<ESM-UUID>/<shardID>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID>.
    """
    bucket, s3 = aws.bucket(), aws.client("s3")
    function = discarding(aws, f"arn:aws:s3:::{bucket}")

    (stored,) = s3.list_objects_v2(Bucket=bucket)["Contents"]

    prefix, shard, year, _, _, name = stored["Key"].rsplit("/", 5)
    assert (prefix, shard) == (f"aws/lambda/{function.uuid}", "shardId-000000000000")
    assert name.startswith(f"{year}-")
    record = json.loads(s3.get_object(Bucket=bucket, Key=stored["Key"])["Body"].read())
    payload = json.loads(record["payload"])
    assert [base64.b64decode(each["kinesis"]["data"]) for each in payload["Records"]] == [b"poison", b"with it"]
    check_record(record, function)


def test_a_throttled_invocation_is_retried_and_consumes_no_retry(aws: Aws):
    """Retain discarded batch records, "Before invocation"."""
    stream, failures = aws.stream(), aws.queue()
    settings = {"MaximumRetryAttempts": 0, "DestinationConfig": on_failure(failures.arn)}
    function = stream_mapped(aws, stream, Enabled=False, **settings)
    concurrency = {"FunctionName": function.function, "ReservedConcurrentExecutions": 0}
    aws.client("lambda").put_function_concurrency(**concurrency)
    function.update(Enabled=True)

    put(aws, stream, "a")
    aws.wait(300)
    throttled = function.batches()
    aws.client("lambda").delete_function_concurrency(FunctionName=function.function)
    aws.wait(120)

    assert (throttled, function.batches(), failures.bodies()) == ([], [["a"]], [])

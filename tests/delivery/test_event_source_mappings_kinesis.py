"""Lambda reads Kinesis streams: Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data
Streams".
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from tests.delivery.aws import Aws
from tests.delivery.mappings import FAILS_ON_POISON, REPORTS, REPORTS_POISON, Mapped, put, stream_mapped


def on_failure(arn: str) -> dict[str, Any]:
    return {"OnFailure": {"Destination": arn}}


def test_records_of_a_shard_are_processed_in_order(aws: Aws):
    """Polling and batching streams."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, BatchSize=2)

    put(aws, stream, "a", "b", "c", "d", "e")
    aws.idle()

    assert function.batches() == [["a", "b"], ["c", "d"], ["e"]]


def test_the_event_has_the_record_and_where_it_comes_from(aws: Aws):
    """Using Lambda to process records from Amazon Kinesis Data Streams, example event."""
    stream = aws.stream()
    function = stream_mapped(aws, stream)

    put(aws, stream, "Hello", key="1")
    aws.idle()

    (record,) = function.events()[0]["Records"]
    inner = record["kinesis"]
    assert (inner["kinesisSchemaVersion"], inner["partitionKey"]) == ("1.0", "1")
    assert base64.b64decode(inner["data"]) == b"Hello"
    assert isinstance(inner["approximateArrivalTimestamp"], float)
    assert record["eventID"] == f"shardId-000000000000:{inner['sequenceNumber']}"
    assert (record["eventName"], record["eventSource"]) == ("aws:kinesis:record", "aws:kinesis")
    assert (record["eventSourceARN"], record["awsRegion"]) == (stream, "us-east-1")


def test_trim_horizon_processes_all_records_in_the_stream_and_latest_only_new_ones(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, StartingPosition."""
    stream = aws.stream()
    put(aws, stream, "old")
    aws.idle()
    everything = stream_mapped(aws, stream)
    news = stream_mapped(aws, stream, StartingPosition="LATEST")

    put(aws, stream, "new")
    aws.idle()

    assert (everything.texts(), news.texts()) == (["old", "new"], ["new"])


def test_at_timestamp_processes_records_from_a_specific_time_on(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, StartingPositionTimestamp."""
    stream = aws.stream()
    put(aws, stream, "before")
    aws.wait(10)
    then = datetime.fromtimestamp(aws.now(), UTC)
    aws.wait(10)
    put(aws, stream, "after")
    aws.idle()

    function = stream_mapped(aws, stream, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=then)

    assert function.texts() == ["after"]


def test_with_a_batch_window_lambda_waits_until_the_batch_is_full_or_the_window_over(aws: Aws):
    """Lambda developer guide, "Batching behavior"."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, BatchSize=2, MaximumBatchingWindowInSeconds=30)

    put(aws, stream, "a")
    aws.wait(20)
    early = function.batches()
    put(aws, stream, "b")
    aws.idle()
    full = function.batches()
    put(aws, stream, "c")
    aws.wait(31)

    assert (early, full, function.batches()) == ([], [["a", "b"]], [["c"]])


def test_a_batch_ends_before_the_payload_limit_of_six_megabytes(aws: Aws):
    """Lambda developer guide, "Batching behavior"."""
    stream, sizes = aws.stream(), aws.queue()
    tell = f"sqs.send_message(QueueUrl={sizes.url!r}, MessageBody=str(len(texts)))"
    function = stream_mapped(aws, stream, tell, Enabled=False, tells=False)
    for _ in range(8):
        put(aws, stream, "x" * 1_000_000)

    function.update(Enabled=True)

    # A record of a million bytes is 1.33 million in base64.
    assert sorted(sizes.bodies()) == ["4", "4"]


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


def test_one_batch_of_a_shard_is_processed_at_a_time(aws: Aws):
    """Polling and batching streams: ParallelizationFactor 1 is the default."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, "time.sleep(10)", timeout=30, BatchSize=1)

    put(aws, stream, "a", key="1")
    put(aws, stream, "b", key="2")
    aws.idle()
    first = function.texts()
    aws.wait(10)

    assert (first, function.texts()) == (["a"], ["b"])


def test_with_a_parallelization_factor_batches_of_a_shard_are_processed_concurrently(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, ParallelizationFactor."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, "time.sleep(10)", timeout=30, BatchSize=1, ParallelizationFactor=2)

    for key, text in ((1, "a"), (2, "b"), (3, "c")):
        put(aws, stream, text, key=str(key))
    aws.idle()
    first = function.texts()
    aws.wait(10)

    assert (first, function.texts()) == (["a", "b"], ["c"])


def test_records_of_one_partition_key_are_processed_in_order_with_any_parallelization_factor(aws: Aws):
    """Polling and batching streams: "Lambda still ensures in-order processing at the partition-key level"."""
    stream = aws.stream()
    settings = {"BatchSize": 1, "ParallelizationFactor": 10}
    function = stream_mapped(aws, stream, "time.sleep(10)\n" + FAILS_ON_POISON, timeout=30, **settings)

    put(aws, stream, "poison", "behind")
    put(aws, stream, "x1", "x2", key="x")
    aws.wait(60)

    texts = function.texts()
    assert ("behind" in texts, texts.count("poison") > 2) == (False, True)
    assert [text for text in texts if text.startswith("x")] == ["x1", "x2"]


def test_lambda_processes_the_parents_of_a_split_before_the_children(aws: Aws):
    """Kinesis developer guide, "Strategies for resharding"; Lambda reads a shard to its end first."""
    stream, kinesis = aws.stream(), aws.client("kinesis")
    function = stream_mapped(aws, stream, "time.sleep(10)", timeout=30, BatchSize=1)
    put(aws, stream, "1", "2")

    kinesis.split_shard(StreamARN=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(1 << 127))
    aws.idle()
    put(aws, stream, "3")
    aws.wait(60)

    assert function.texts() == ["1", "2", "3"]


def test_a_mapping_to_a_consumer_reads_the_stream_with_enhanced_fan_out(aws: Aws):
    """Polling and batching streams: "To use a consumer, specify the consumer's ARN instead of the stream's ARN"."""
    stream, kinesis = aws.stream(), aws.client("kinesis")
    consumer = kinesis.register_stream_consumer(StreamARN=stream, ConsumerName="fast")["Consumer"]["ConsumerARN"]
    aws.wait(10)
    function = stream_mapped(aws, consumer)

    put(aws, stream, "a")
    aws.idle()

    assert function.texts() == ["a"]
    assert function.described()["EventSourceArn"] == consumer


def test_lambda_resumes_behind_the_last_record_processed_when_the_mapping_is_enabled_again(aws: Aws):
    """Processing records: "Lambda keeps track of the last record processed and resumes … when it's reenabled"."""
    stream = aws.stream()
    function = stream_mapped(aws, stream)
    put(aws, stream, "a")
    aws.idle()
    function.update(Enabled=False)
    put(aws, stream, "b")
    aws.wait(600)
    disabled = function.texts()

    function.update(Enabled=True)

    assert (disabled, function.texts()) == (["a"], ["b"])


def test_a_changed_setting_takes_effect_and_the_reader_keeps_its_place(aws: Aws):
    """Lambda API reference, UpdateEventSourceMapping."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, BatchSize=1)
    put(aws, stream, "a", "b")
    aws.idle()
    before = function.batches()

    function.update(BatchSize=10)
    put(aws, stream, "c", "d")
    aws.idle()

    assert (before, function.batches()) == ([["a"], ["b"]], [["c", "d"]])


def test_the_result_of_the_last_invocation_is_described(aws: Aws):
    """Lambda API reference, EventSourceMappingConfiguration, LastProcessingResult."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, FAILS_ON_POISON, BatchSize=1, MaximumRetryAttempts=0)
    results = [function.described()["LastProcessingResult"]]

    for text in ("fine", "poison"):
        put(aws, stream, text)
        aws.idle()
        results.append(function.described()["LastProcessingResult"])

    assert results == ["No records processed", "OK", "PROBLEM: Function call failed"]

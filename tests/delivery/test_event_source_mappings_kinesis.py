"""Lambda reads Kinesis streams: Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data
Streams".
"""

import base64
from datetime import UTC, datetime

from tests.delivery.aws import Aws
from tests.delivery.mappings import FAILS_ON_POISON, put, stream_mapped


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
    assert function.described()["StartingPositionTimestamp"] == then


def test_the_instant_of_the_starting_position_may_be_text(aws: Aws):
    """CreateEventSourceMapping, StartingPositionTimestamp: a timestamp, for which boto3 takes text."""
    stream = aws.stream()
    put(aws, stream, "a")
    then = datetime.fromtimestamp(aws.now() - 5, UTC).isoformat()

    function = stream_mapped(aws, stream, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=then)

    assert function.texts() == ["a"]


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

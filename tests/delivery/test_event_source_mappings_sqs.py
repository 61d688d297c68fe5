"""Lambda reads queues: Lambda developer guide, "Using Lambda with Amazon SQS"."""

import json

from tests.delivery.aws import Aws
from tests.delivery.mappings import FAILS_ON_POISON, REPORTS, REPORTS_POISON, mapped


def test_when_your_function_successfully_processes_a_batch_lambda_deletes_its_messages(aws: Aws):
    """Using Lambda with Amazon SQS."""
    queue = aws.queue()
    function = mapped(aws, queue.arn)

    queue.send("one")
    aws.idle()
    aws.wait(40)

    assert function.batches() == [["one"]]
    assert queue.bodies() == []


def test_the_event_has_the_message_with_its_attributes(aws: Aws):
    """Using Lambda with Amazon SQS, example standard queue message event."""
    queue = aws.queue()
    function = mapped(aws, queue.arn)

    sent = queue.send("test", MessageAttributes={"colour": {"DataType": "String", "StringValue": "blue"}})
    aws.idle()

    (record,) = function.events()[0]["Records"]
    assert record["messageId"] == sent["MessageId"]
    assert (record["body"], record["md5OfBody"]) == ("test", sent["MD5OfMessageBody"])
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdecimal()
    assert record["messageAttributes"]["colour"]["stringValue"] == "blue"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", queue.arn)
    assert record["awsRegion"] == "us-east-1"


def test_by_default_lambda_invokes_with_up_to_ten_messages_at_once(aws: Aws):
    """Using Lambda with Amazon SQS, "Polling and batching streams": the default batch size."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, Enabled=False)
    for number in range(12):
        queue.send(str(number))

    function.update(Enabled=True)

    assert [len(batch) for batch in function.batches()] == [10, 2]


def test_with_a_batch_window_lambda_waits_until_the_batch_is_full_or_the_window_over(aws: Aws):
    """Lambda developer guide, "Batching behavior"."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, BatchSize=3, MaximumBatchingWindowInSeconds=20)

    queue.send("a")
    aws.wait(10)
    early = function.batches()
    queue.send("b")
    aws.wait(11)
    over = function.batches()
    for body in "cde":
        queue.send(body)
    aws.idle()
    full = function.batches()

    assert (early, over) == ([], [["a", "b"]])
    assert [sorted(batch) for batch in full] == [["c", "d", "e"]]


def test_a_batch_ends_before_the_payload_limit_of_six_megabytes(aws: Aws):
    """Lambda developer guide, "Batching behavior": the batching window, the batch size, or 6 MB."""
    queue, sizes = aws.queue(VisibilityTimeout=300), aws.queue()
    tell = f"sqs.send_message(QueueUrl={sizes.url!r}, MessageBody=str(len(json.dumps(event))))"
    function = mapped(aws, queue.arn, tell, Enabled=False, tells=False)
    for _ in range(8):
        queue.send("x" * 1_000_000)

    function.update(Enabled=True)

    assert sorted(int(body) // 1_000_000 for body in sizes.bodies()) == [2, 6]


def test_if_your_function_returns_an_error_the_messages_become_visible_after_the_visibility_timeout(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Backoff strategy for failed invocations"."""
    queue = aws.queue(VisibilityTimeout=60)
    function = mapped(aws, queue.arn, FAILS_ON_POISON)

    queue.send("poison")
    aws.idle()
    aws.wait(50)
    within = function.batches()
    aws.wait(15)
    after = function.events()

    assert within == [["poison"]]
    assert [record["attributes"]["ApproximateReceiveCount"] for event in after for record in event["Records"]] == ["2"]


def test_by_default_all_messages_of_a_failed_batch_come_back(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Implementing partial batch responses"."""
    queue = aws.queue(VisibilityTimeout=60)
    function = mapped(aws, queue.arn, FAILS_ON_POISON, BatchSize=10, MaximumBatchingWindowInSeconds=5)

    queue.send("fine")
    queue.send("poison")
    aws.wait(6)
    function.batches()
    aws.wait(70)

    assert sorted(function.texts()) == ["fine", "poison"]


def test_with_partial_batch_responses_only_the_reported_messages_come_back(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Implementing partial batch responses"."""
    queue = aws.queue(VisibilityTimeout=60)
    function = mapped(
        aws,
        queue.arn,
        REPORTS_POISON,
        BatchSize=10,
        MaximumBatchingWindowInSeconds=5,
        FunctionResponseTypes=REPORTS,
    )

    queue.send("fine")
    queue.send("poison")
    aws.wait(6)
    function.batches()
    aws.wait(70)

    assert function.texts() == ["poison"]


def test_a_batch_fails_completely_when_the_report_is_malformed(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Success and failure conditions"."""
    for answer in (
        '{"batchItemFailures": [{"itemIdentifier": ""}]}',
        '{"batchItemFailures": [{"itemIdentifier": None}]}',
        '{"batchItemFailures": [{"badkey": "x"}]}',
        '{"batchItemFailures": [{"itemIdentifier": "no such message"}]}',
        '"not json"',
    ):
        queue = aws.queue(VisibilityTimeout=60)
        function = mapped(aws, queue.arn, f"return {answer}", FunctionResponseTypes=REPORTS)
        queue.send("one")
        aws.idle()
        first = function.texts()
        aws.wait(65)
        assert (first, function.texts()) == (["one"], ["one"]), answer
        function.update(Enabled=False)


def test_a_batch_succeeds_completely_when_the_report_is_empty(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Success and failure conditions"."""
    for answer in ('{"batchItemFailures": []}', '{"batchItemFailures": None}', "{}", "None"):
        queue = aws.queue(VisibilityTimeout=60)
        function = mapped(aws, queue.arn, f"return {answer}", FunctionResponseTypes=REPORTS)
        queue.send("one")
        aws.idle()
        aws.wait(65)
        assert function.texts() == ["one"], answer


def test_a_message_that_fails_too_often_goes_to_the_dead_letter_queue_of_the_queue(aws: Aws):
    """Using Lambda with Amazon SQS, "Configuring a dead-letter queue"."""
    dead = aws.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2})
    queue = aws.queue(VisibilityTimeout=30, RedrivePolicy=redrive)
    function = mapped(aws, queue.arn, FAILS_ON_POISON)

    queue.send("poison")
    aws.wait(100)

    assert function.batches() == [["poison"], ["poison"]]
    assert dead.bodies() == ["poison"]


def test_a_throttled_batch_is_retried_until_its_visibility_timeout_is_over(aws: Aws):
    """Handling errors for an SQS event source in Lambda, "Backoff strategy for failed invocations": throttling."""
    queue = aws.queue(VisibilityTimeout=120)
    function = mapped(aws, queue.arn, Enabled=False)
    concurrency = {"FunctionName": function.function, "ReservedConcurrentExecutions": 0}
    aws.client("lambda").put_function_concurrency(**concurrency)
    function.update(Enabled=True)

    queue.send("one")
    aws.wait(20)
    throttled = function.events()
    aws.client("lambda").delete_function_concurrency(FunctionName=function.function)
    aws.wait(60)

    assert throttled == []
    (event,) = function.events()
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"
    aws.wait(120)
    assert (queue.bodies(), function.events()) == ([], [])


def test_maximum_concurrency_limits_the_concurrent_invocations_of_the_event_source(aws: Aws):
    """Configuring scaling behavior for SQS event source mappings, "Configuring maximum concurrency"."""
    queue = aws.queue(VisibilityTimeout=300)
    settings = {"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 2}}
    function = mapped(aws, queue.arn, "time.sleep(10)", timeout=30, Enabled=False, **settings)
    for number in range(5):
        queue.send(str(number))

    function.update(Enabled=True)
    counts = [len(function.batches())]
    for _ in range(2):
        aws.wait(10)
        counts.append(len(function.batches()))

    assert counts == [2, 2, 1]


def test_at_first_five_batches_are_processed_at_a_time(aws: Aws):
    """Configuring scaling behavior for SQS event source mappings: five concurrent invocations at first."""
    queue = aws.queue(VisibilityTimeout=300)
    function = mapped(aws, queue.arn, "time.sleep(10)", timeout=30, BatchSize=1, Enabled=False)
    for number in range(8):
        queue.send(str(number))

    function.update(Enabled=True)
    first = len(function.batches())
    aws.wait(10)

    assert (first, len(function.batches())) == (5, 3)


def test_messages_of_a_fifo_group_are_delivered_in_order_and_groups_side_by_side(aws: Aws):
    """Configuring scaling behavior for SQS event source mappings: FIFO queues scale with the message groups."""
    queue = aws.queue(FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout=300)
    function = mapped(aws, queue.arn, "time.sleep(10)", timeout=30, BatchSize=1, Enabled=False)
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")):
        queue.send(body, MessageGroupId=group)

    function.update(Enabled=True)
    first = sorted(function.texts())
    aws.wait(10)
    second = sorted(function.texts())

    assert (first, second) == (["a1", "b1"], ["a2", "b2"])


def test_after_an_error_lambda_attempts_all_retries_before_it_receives_more_of_the_same_group(aws: Aws):
    """Configuring scaling behavior for SQS event source mappings: FIFO queues."""
    queue = aws.queue(FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout=30)
    function = mapped(aws, queue.arn, FAILS_ON_POISON, BatchSize=1)

    queue.send("poison", MessageGroupId="a")
    queue.send("behind", MessageGroupId="a")
    queue.send("elsewhere", MessageGroupId="b")
    aws.wait(95)

    texts = function.texts()
    assert texts.count("poison") == 4
    assert ("behind" in texts, "elsewhere" in texts) == (False, True)


def test_a_disabled_mapping_leaves_the_messages_in_the_queue(aws: Aws):
    """Lambda API reference, CreateEventSourceMapping, Enabled: "When false, Lambda pauses polling and invocation"."""
    queue = aws.queue()
    function = mapped(aws, queue.arn)
    function.update(Enabled=False)

    queue.send("one")
    aws.wait(60)

    assert (function.events(), queue.bodies()) == ([], ["one"])


def test_a_deleted_mapping_leaves_the_messages_in_the_queue(aws: Aws):
    """Lambda API reference, DeleteEventSourceMapping."""
    queue = aws.queue()
    function = mapped(aws, queue.arn)
    aws.client("lambda").delete_event_source_mapping(UUID=function.uuid)
    aws.idle()

    queue.send("one")
    aws.wait(60)

    assert (function.events(), queue.bodies()) == ([], ["one"])


def test_what_is_in_flight_when_a_mapping_is_disabled_is_still_deleted(aws: Aws):
    """Lambda API reference, EventSourceMappingConfiguration, State: Disabling, then Disabled."""
    queue = aws.queue(VisibilityTimeout=100)
    function = mapped(aws, queue.arn, "time.sleep(20)", timeout=30)
    queue.send("one")
    aws.idle()

    function.update(Enabled=False)
    disabling = function.described()["State"]
    aws.wait(20)

    assert (disabling, function.described()["State"]) == ("Disabling", "Disabled")
    aws.wait(120)
    assert queue.bodies() == []

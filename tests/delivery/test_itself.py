"""The suite's own ground: what it makes is there."""

import pytest

from tests.delivery.aws import Aws


def test_time_passes_by_as_much_as_is_waited(aws: Aws):
    before = aws.now()

    aws.wait(90)

    assert aws.now() - before == 90


def test_a_queue_gives_what_was_sent_to_it_once(aws: Aws):
    queue = aws.queue()
    queue.send("one")

    assert queue.bodies() == ["one"]
    aws.wait(31)
    assert queue.bodies() == []


def test_every_kind_of_resource_can_be_made(aws: Aws):
    assert aws.topic(FifoTopic="true").endswith(".fifo")
    assert aws.client("events").describe_event_bus(Name=aws.bus())["Arn"]
    assert aws.client("kinesis").list_shards(StreamARN=aws.stream(2))["Shards"][1]
    assert aws.table_stream(aws.table("NEW_IMAGE"))
    assert aws.client("s3").list_objects_v2(Bucket=aws.bucket())["KeyCount"] == 0
    assert aws.role() == aws.role()


@pytest.mark.parametrize("aws", ["http"], indirect=True)
def test_over_http_it_is_the_wire_that_answers(aws: Aws):
    answer = aws.client("sqs").list_queues()

    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.0"

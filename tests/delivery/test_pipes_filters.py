"""What pipes leave out: EventBridge user guide, "Amazon EventBridge Pipes filtering"."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.pipes import filters, kinesis, pipe, put_numbers, template


@pytest.mark.parametrize(
    ("body", "pattern", "arriving"),
    [
        ("plain", {"body": ["plain"]}, 1),
        ("plain", {"messageId": [{"exists": True}]}, 1),
        ("plain", {"body": {"kind": [{"exists": False}]}}, 0),
        ('{"kind": "wanted"}', {"body": ['{"kind": "wanted"}']}, 0),
        ('{"kind": "wanted"}', {"messageId": [{"exists": True}]}, 1),
        ('{"kind": "wanted"}', {"body": {"kind": ["wanted"]}}, 1),
        ('{"kind": "other"}', {"body": {"kind": ["wanted"]}}, 0),
    ],
)
def test_a_message_is_filtered_when_the_formats_agree_and_dropped_from_the_queue_otherwise(
    aws: Aws, body: str, pattern: Any, arriving: int
):
    """… "Amazon EventBridge Pipes filtering", properly filtering Amazon SQS messages."""
    source, target = aws.queue(), aws.queue()
    pipe(aws, source.arn, target.arn, SourceParameters=filters(pattern))
    source.send(body)
    aws.wait(60)

    assert [event["body"] for event in target.documents()] == [body] * arriving
    assert source.bodies() == []


def test_an_event_is_wanted_when_one_of_the_filters_matches_it(aws: Aws):
    """… "Amazon EventBridge Pipes filtering"."""
    source, target = aws.queue(), aws.queue()
    wanted = filters({"body": {"n": [1]}}, {"body": {"n": [2]}})
    pipe(aws, source.arn, target.arn, SourceParameters=wanted, **template("<$.body.n>"))
    for number in (1, 2, 3):
        source.send(json.dumps({"n": number}))
    aws.idle()

    assert sorted(target.bodies()) == ["1", "2"]


def test_kinesis_data_is_filtered_on_its_decoded_fields_and_dropped_when_it_is_no_json(aws: Aws):
    """… "Amazon EventBridge Pipes filtering", properly filtering Kinesis and DynamoDB messages."""
    source, target = aws.stream(), aws.queue()
    pipe(aws, source, target.arn, SourceParameters=kinesis() | filters({"data": {"n": [1]}}), **template("<$.data.n>"))
    put_numbers(aws, source, 1, 2)
    aws.client("kinesis").put_record(StreamARN=source, Data=b"no json", PartitionKey="k")
    aws.idle()

    assert target.bodies() == ["1"]


def test_a_filter_on_kinesis_data_that_is_no_json_is_refused(aws: Aws):
    """… the same: "The filter pattern for data properties must be in a valid JSON format"."""
    with pytest.raises(ClientError, match="ValidationException"):
        pipe(aws, aws.stream(), aws.queue().arn, SourceParameters=kinesis() | filters({"data": ["text"]}))

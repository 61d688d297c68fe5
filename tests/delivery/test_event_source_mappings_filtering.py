"""Lambda developer guide, "Control which events Lambda sends to your function", and its pages on each source."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.mappings import mapped, pattern, put, stream_mapped


def test_a_message_that_does_not_satisfy_the_filter_is_removed_from_the_queue(aws: Aws):
    """Using event filtering with an Amazon SQS event source."""
    queue = aws.queue(VisibilityTimeout=30)
    function = mapped(aws, queue.arn, FilterCriteria=pattern(body={"kind": ["order"]}))

    for body in ('{"kind": "order"}', '{"kind": "invoice"}'):
        queue.send(body)
    aws.wait(100)

    assert function.texts() == ['{"kind": "order"}']
    assert queue.bodies() == []


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("plain", {"body": ["plain"]}),
        ("plain", {"awsRegion": ["us-east-1"]}),
        ('{"kind": "a"}', {"awsRegion": ["us-east-1"]}),
        ('{"kind": "a"}', {"body": {"kind": ["a"]}}),
    ],
)
def test_a_message_in_the_format_of_the_filter_is_filtered_by_it(aws: Aws, body: str, conditions: dict[str, object]):
    """Using event filtering with an Amazon SQS event source: the table of formats."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, FilterCriteria=pattern(**conditions))

    queue.send(body)
    aws.idle()

    assert function.texts() == [body]


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("other", {"body": ["plain"]}),
        ("plain", {"body": {"kind": [{"exists": False}]}}),
        ('{"kind": "a"}', {"body": [{"anything-but": "x"}]}),
        ('{"kind": "b"}', {"body": {"kind": ["a"]}}),
    ],
)
def test_a_message_that_differs_or_whose_format_differs_is_dropped(aws: Aws, body: str, conditions: dict[str, object]):
    """Using event filtering with an Amazon SQS event source: the table of formats."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, FilterCriteria=pattern(**conditions))

    queue.send(body)
    aws.wait(40)

    assert (function.texts(), queue.bodies()) == ([], [])


def test_an_event_that_satisfies_any_of_the_filters_is_sent(aws: Aws):
    """Control which events Lambda sends to your function: up to five filters, and any of them is enough."""
    stream = aws.stream()
    patterns = [{"data": {"n": [number]}} for number in (1, 2)]
    criteria = {"Filters": [{"Pattern": json.dumps(each)} for each in patterns]}
    function = stream_mapped(aws, stream, FilterCriteria=criteria)

    put(aws, stream, '{"n": 1}', '{"n": 2}', '{"n": 3}', "no JSON")
    aws.idle()

    assert function.texts() == ['{"n": 1}', '{"n": 2}']


def test_a_body_that_is_nested_beyond_reason_stops_nothing(aws: Aws):
    """Using event filtering with an Amazon SQS event source: what is no JSON that can be read is dropped."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, FilterCriteria=pattern(body={"kind": ["order"]}))

    queue.send("[" * 100_000)
    queue.send('{"kind": "order"}')
    aws.idle()

    assert function.texts() == ['{"kind": "order"}']


def test_filters_of_kinesis_may_look_at_the_partition_key(aws: Aws):
    """Using event filtering with a Kinesis event source."""
    stream = aws.stream()
    function = stream_mapped(aws, stream, FilterCriteria=pattern(partitionKey=["2"]))

    put(aws, stream, "a", key="1")
    put(aws, stream, "no JSON", key="2")
    aws.idle()

    assert function.texts() == ["no JSON"]


def test_a_filter_for_data_that_is_no_json_is_refused(aws: Aws):
    """Using event filtering with a Kinesis event source: the table of formats."""
    with pytest.raises(ClientError, match="Invalid filter pattern definition"):
        stream_mapped(aws, aws.stream(), FilterCriteria=pattern(data=["plain"]))


def test_an_empty_filter_criteria_removes_the_filters(aws: Aws):
    """Control which events Lambda sends to your function, "Attaching filter criteria" (AWS CLI)."""
    queue = aws.queue()
    function = mapped(aws, queue.arn, FilterCriteria=pattern(body={"kind": ["order"]}))

    function.update(FilterCriteria={})
    queue.send("anything")
    aws.idle()

    assert function.texts() == ["anything"]
    assert "FilterCriteria" not in function.described()

"""Lambda reads the streams of tables: Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"."""

import json
from typing import Any

from tests.delivery.aws import Aws
from tests.delivery.mappings import FAILS_ON_POISON, pattern, stream_mapped, write


def test_the_event_has_the_change_and_where_it_comes_from(aws: Aws):
    """Using AWS Lambda with Amazon DynamoDB, example event."""
    table = aws.table("NEW_AND_OLD_IMAGES")
    function = stream_mapped(aws, aws.table_stream(table))

    write(aws, table, "101")
    aws.idle()

    (record,) = function.events()[0]["Records"]
    assert (record["eventName"], record["eventSource"], record["eventVersion"]) == ("INSERT", "aws:dynamodb", "1.1")
    assert (record["awsRegion"], record["eventSourceARN"]) == ("us-east-1", aws.table_stream(table))
    change = record["dynamodb"]
    assert (change["Keys"], change["NewImage"]) == ({"id": {"S": "101"}}, {"id": {"S": "101"}})
    assert (change["StreamViewType"], change["SequenceNumber"].isdecimal()) == ("NEW_AND_OLD_IMAGES", True)


def test_changes_of_an_item_are_processed_in_order(aws: Aws):
    """Polling and batching streams."""
    table = aws.table("NEW_IMAGE")
    function = stream_mapped(aws, aws.table_stream(table), BatchSize=2)
    dynamodb = aws.client("dynamodb")

    for value in "123":
        dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "n": {"N": value}})
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}})
    aws.idle()

    records = [record for event in function.events() for record in event["Records"]]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "MODIFY", "REMOVE"]
    values = [record["dynamodb"].get("NewImage", {}).get("n", {}).get("N") for record in records]
    assert values == ["1", "2", "3", None]


def test_a_discarded_batch_is_told_with_the_place_of_its_records(aws: Aws):
    """Retain discarded batch records for a DynamoDB event source, example invocation record."""
    table, failures = aws.table("KEYS_ONLY"), aws.queue()
    destination: dict[str, Any] = {"OnFailure": {"Destination": failures.arn}}
    settings = {"MaximumRetryAttempts": 0, "DestinationConfig": destination}
    function = stream_mapped(aws, aws.table_stream(table), FAILS_ON_POISON, **settings)

    write(aws, table, "poison")
    aws.idle()

    (record,) = failures.documents()
    (sent,) = function.events()[0]["Records"]
    info = record["DDBStreamBatchInfo"]
    assert info["startSequenceNumber"] == info["endSequenceNumber"] == sent["dynamodb"]["SequenceNumber"]
    assert (info["batchSize"], info["streamArn"]) == (1, aws.table_stream(table))
    assert info["shardId"].startswith("shardId-")
    # To the second, as the guide's example has it.
    assert len(info["approximateArrivalOfFirstRecord"]) == len("2019-11-14T00:13:19Z")


def test_with_a_parallelization_factor_items_keep_their_order(aws: Aws):
    """Polling and batching streams: "in-order processing at the partition-key level"."""
    table = aws.table("NEW_IMAGE")
    settings = {"BatchSize": 1, "ParallelizationFactor": 5, "timeout": 30}
    function = stream_mapped(aws, aws.table_stream(table), "time.sleep(10)", **settings)

    for each in ("a", "b", "a", "c"):
        item = {"id": {"S": each}, "at": {"S": str(aws.now())}}
        aws.client("dynamodb").put_item(TableName=table, Item=item)
        aws.wait(0.1)
    first = function.texts()
    aws.wait(12)

    assert (first, function.texts()) == (["a", "b", "c"], ["a"])


def test_filters_may_look_at_the_event_name_and_at_images(aws: Aws):
    """Using event filtering with a DynamoDB event source."""
    table = aws.table("NEW_IMAGE")
    criteria = pattern(eventName=["INSERT"], dynamodb={"NewImage": {"kind": {"S": ["order"]}}})
    function = stream_mapped(aws, aws.table_stream(table), FilterCriteria=criteria)
    dynamodb = aws.client("dynamodb")

    for name, kind in (("1", "order"), ("2", "invoice"), ("1", "order")):
        dynamodb.put_item(TableName=table, Item={"id": {"S": name}, "kind": {"S": kind}, "n": {"S": name + kind}})
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "1"}})
    aws.idle()

    assert function.texts() == ["1"]


def test_numbers_of_items_are_compared_as_text(aws: Aws):
    """Using event filtering with a DynamoDB event source: numeric operators do not work, for N is a string."""
    table = aws.table("NEW_IMAGE")
    equal = pattern(dynamodb={"NewImage": {"n": {"N": ["5"]}}})
    greater = {"Filters": [{"Pattern": json.dumps({"dynamodb": {"NewImage": {"n": {"N": [{"numeric": [">", 1]}]}}}})}]}
    by_text = stream_mapped(aws, aws.table_stream(table), FilterCriteria=equal)
    by_number = stream_mapped(aws, aws.table_stream(table), FilterCriteria=greater)

    aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": "a"}, "n": {"N": "5"}})
    aws.idle()

    assert (by_text.texts(), by_number.texts()) == (["a"], [])

"""Delivery to the lake is at least once: analysts still see each event once."""

import json

import pytest


@pytest.fixture
def put(platform):
    """Puts one record into the analytics' stream, as a producer does that heard no answer the first time."""
    kinesis, stream = platform.client("kinesis"), platform.find("Events", "analytics")

    def put_record(record):
        kinesis.put_record(StreamName=stream, Data=record["Data"], PartitionKey=record["PartitionKey"])

    return put_record


@pytest.fixture
def records(platform):
    """What is in the stream: every record of every shard."""
    kinesis, stream = platform.client("kinesis"), platform.find("Events", "analytics")

    def read():
        found = []
        for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
            iterator = kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            found += kinesis.get_records(ShardIterator=iterator)["Records"]
        return found

    return read


def test_a_record_that_is_put_twice_is_two_rows_and_one_event(shop, platform, lake, put, records):
    order = shop.place()
    platform.run_until_idle()
    [record] = records()

    put(record)
    platform.run_until_idle()

    event_id = json.loads(record["Data"])["detail"]["metadata"]["event_id"]
    assert lake.query("SELECT event_id, order_id FROM order_placed_v1") == [[event_id, order]] * 2
    assert lake.query("SELECT event_id, order_id FROM order_placed") == [[event_id, order]]


def test_duplicates_in_one_commit_count_once_as_do_those_of_different_commits(shop, platform, lake, put, records):
    first, second = shop.place("900"), shop.place("901")
    platform.run_until_idle()
    one, other = records()

    for record in (one, one, other):
        put(record)
    platform.run_until_idle()

    assert lake.query("SELECT count(*) FROM order_placed_v1") == [[5]]
    assert lake.query("SELECT order_id FROM order_placed ORDER BY 1") == [[order] for order in sorted((first, second))]
    assert lake.query("SELECT sum(total.amount) FROM order_placed") == [[2 * 996]]

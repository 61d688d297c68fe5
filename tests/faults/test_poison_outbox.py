"""A record in the outbox that is no event holds nothing up, and is kept."""

import json


def outbox_item(**changes: str) -> dict[str, dict[str, str]]:
    """An outbox item as a writer around the SDK might put it."""
    texts = {
        "pk": "OUTBOX#elsewhere",
        "sk": "0000000001",
        "kind": "outbox",
        "event_id": "poison",
        "source": "omnibus.orders",
        "detail_type": "OrderPlaced.v1",
        "detail": "{}",
        **changes,
    }
    return {name: {"S": text} for name, text in texts.items()}


POISON = {
    "a detail that is not JSON": outbox_item(detail="{"),
    "a detail that is no object": outbox_item(detail="[1]"),
    "a detail without metadata": outbox_item(detail='{"data": {}}'),
    "a type that no contract describes": outbox_item(detail_type="OrderEaten.v1"),
    "no detail at all": {name: text for name, text in outbox_item().items() if name != "detail"},
    "a detail of another kind": {**outbox_item(), "detail": {"N": "1"}},
}


def test_every_kind_of_poison_is_kept_alone_and_its_neighbours_go_through(shop, platform, events_of):
    orders = []
    for what, item in POISON.items():
        orders.append(shop.place())
        named = {"pk": {"S": f"OUTBOX#{what}"}, "event_id": {"S": what}}
        platform.client("dynamodb").put_item(TableName=platform.find("Table"), Item={**item, **named})

    platform.run_until_idle()

    dead = [json.loads(message["Body"])["DDBStreamBatchInfo"] for message in shop.dead_letters("OutboxDeadLetters")]
    assert [one["batchSize"] for one in dead] == [1] * len(POISON)
    assert [hop.event_id for hop in platform.ledger.find("pipes", "discard", "dead-letter")] == list(POISON)
    assert len(set(events_of())) == len(orders)


def test_the_batch_of_a_poison_record_is_halved_until_the_record_stands_alone(shop, platform):
    shop.place("900")
    platform.client("dynamodb").put_item(TableName=platform.find("Table"), Item=outbox_item())
    shop.place("901")

    platform.run_until_idle()

    failed = platform.ledger.find("pipes", "deliver", "failed")
    discarded = platform.ledger.find("pipes", "discard", "dead-letter")
    assert [hop.event_id for hop in discarded] == ["poison"]
    assert {hop.event_id for hop in failed} > {"poison"}


def test_what_a_dead_letter_of_the_pipe_names_is_still_in_the_stream(shop, platform):
    poison = outbox_item()
    platform.client("dynamodb").put_item(TableName=platform.find("Table"), Item=poison)
    platform.run_until_idle()
    [dead] = [json.loads(message["Body"])["DDBStreamBatchInfo"] for message in shop.dead_letters("OutboxDeadLetters")]

    streams = platform.client("dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=dead["streamArn"],
        ShardId=dead["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=dead["startSequenceNumber"],
    )["ShardIterator"]
    [record] = streams.get_records(ShardIterator=iterator, Limit=1)["Records"]

    assert record["dynamodb"]["NewImage"] == poison

"""Random writes and queries agree with a plain dict, in the table, its index and its stream."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bus.local.dynamodb import DynamoDbRoom, DynamoDbStreamsRoom, numbers
from bus.local.errors import AwsError
from bus.local.plane import Plane

PARTITIONS = st.sampled_from("ab")
SORTS = st.integers(-3, 3).map(str)
COLOURS = st.sampled_from(["red", "blue", None])
SCORES = st.integers(-2, 2).map(str)


def defined(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


class TableMachine(RuleBasedStateMachine):
    @initialize()
    def make(self) -> None:
        self.model: dict[tuple[str, str], dict[str, Any]] = {}
        self.changes = 0
        self.plane = Plane()
        self.plane.open(DynamoDbRoom(self.plane))
        self.plane.open(DynamoDbStreamsRoom(self.plane))
        self.call(
            "CreateTable",
            AttributeDefinitions=defined(pk="S", sk="N", colour="S", score="N"),
            KeySchema=schema("pk", "sk"),
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_colour",
                    "KeySchema": schema("colour", "score"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.plane.call("dynamodb", operation, TableName="things", **params)

    @rule(pk=PARTITIONS, sk=SORTS, colour=COLOURS, score=SCORES)
    def put(self, pk: str, sk: str, colour: str | None, score: str) -> None:
        item = {"pk": {"S": pk}, "sk": {"N": sk}, "score": {"N": score}}
        item |= {"colour": {"S": colour}} if colour else {}
        self.call("PutItem", Item=item)
        self.set(pk, sk, item)

    @rule(pk=PARTITIONS, sk=SORTS)
    def delete(self, pk: str, sk: str) -> None:
        self.call("DeleteItem", Key={"pk": {"S": pk}, "sk": {"N": sk}})
        self.set(pk, sk, None)

    @rule(pk=PARTITIONS, sk=SORTS, more=st.integers(-2, 2))
    def add(self, pk: str, sk: str, more: int) -> None:
        key = {"pk": {"S": pk}, "sk": {"N": sk}}
        values = {":more": {"N": str(more)}}
        self.call("UpdateItem", Key=key, UpdateExpression="ADD score :more", ExpressionAttributeValues=values)
        before = self.model.get((pk, sk), key)
        self.set(pk, sk, before | {"score": {"N": str(int(before.get("score", {"N": "0"})["N"]) + more)}})

    @rule(pk=PARTITIONS, one=SORTS, two=SORTS)
    def move(self, pk: str, one: str, two: str) -> None:
        """A transaction that takes one item away and makes another, which must be new."""
        put = {"TableName": "things", "Item": {"pk": {"S": pk}, "sk": {"N": two}}}
        actions = [
            {"Delete": {"TableName": "things", "Key": {"pk": {"S": pk}, "sk": {"N": one}}}},
            {"Put": {**put, "ConditionExpression": "attribute_not_exists(pk)"}},
        ]
        allowed = one != two and (pk, two) not in self.model
        if not allowed:
            with pytest.raises(AwsError):
                self.plane.call("dynamodb", "TransactWriteItems", TransactItems=actions)
            return
        self.plane.call("dynamodb", "TransactWriteItems", TransactItems=actions)
        self.set(pk, one, None)
        self.set(pk, two, put["Item"])

    def set(self, pk: str, sk: str, item: Any) -> None:
        self.changes += self.model.get((pk, sk)) != item
        self.model.pop((pk, sk), None)
        if item is not None:
            self.model[pk, sk] = item

    @rule(pk=PARTITIONS, low=SORTS, high=SORTS, forward=st.booleans(), limit=st.integers(1, 4))
    def query(self, pk: str, low: str, high: str, *, forward: bool, limit: int) -> None:
        low, high = sorted((low, high), key=int)
        found = self.pages(
            limit,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={":pk": {"S": pk}, ":low": {"N": low}, ":high": {"N": high}},
            ScanIndexForward=forward,
        )
        expected = [
            self.model[key]
            for key in sorted(self.model, key=lambda key: int(key[1]), reverse=not forward)
            if key[0] == pk and int(low) <= int(key[1]) <= int(high)
        ]
        assert found == expected

    @rule(colour=st.sampled_from(["red", "blue"]), forward=st.booleans(), limit=st.integers(1, 4))
    def query_index(self, colour: str, *, forward: bool, limit: int) -> None:
        found = self.pages(
            limit,
            IndexName="by_colour",
            KeyConditionExpression="colour = :colour",
            ExpressionAttributeValues={":colour": {"S": colour}},
            ScanIndexForward=forward,
        )
        expected = [item for item in self.model.values() if item.get("colour") == {"S": colour} and "score" in item]
        scores = [int(item["score"]["N"]) for item in found]
        assert scores == sorted(scores, reverse=not forward)
        assert sorted(map(str, map(in_order, found))) == sorted(map(str, map(in_order, expected)))

    def pages(self, limit: int, **params: Any) -> list[dict[str, Any]]:
        items, start = [], None
        while True:
            page = self.call("Query", Limit=limit, **params, **({"ExclusiveStartKey": start} if start else {}))
            items += page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None:
                return items

    @invariant()
    def the_table_holds_what_the_model_holds(self) -> None:
        found = {(item["pk"]["S"], item["sk"]["N"]): item for item in self.call("Scan")["Items"]}
        assert found == self.model

    @invariant()
    def the_stream_replays_to_the_table(self) -> None:
        def ask(operation: str, **params: Any) -> dict[str, Any]:
            return self.plane.call("dynamodbstreams", operation, **params)

        (stream,) = ask("ListStreams")["Streams"]
        arn = stream["StreamArn"]
        (shard,) = ask("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
        start = ask("GetShardIterator", StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        replayed: dict[tuple[str, str], Any] = {}
        records = ask("GetRecords", ShardIterator=start["ShardIterator"])["Records"]
        for record in records:
            change = record["dynamodb"]
            key = (change["Keys"]["pk"]["S"], change["Keys"]["sk"]["N"])
            assert replayed.pop(key, None) == change.get("OldImage")
            if "NewImage" in change:
                replayed[key] = change["NewImage"]
        assert replayed == self.model
        assert len(records) == self.changes


def in_order(item: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(item.items())


TestTable = TableMachine.TestCase
TestTable.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

DIGITS = st.integers(-(10**38) + 1, 10**38 - 1)
NUMBERS = st.builds(lambda digits, exponent: Decimal(digits).scaleb(exponent), DIGITS, st.integers(-60, 60))


@settings(derandomize=True, deadline=None)
@given(st.lists(NUMBERS, max_size=8))
def test_key_bytes_of_numbers_sort_as_the_numbers_do(values: list[Decimal]):
    written = [numbers.canonical(str(value)) for value in values]

    assert [Decimal(text) for text in sorted(written, key=numbers.sort_bytes)] == sorted(map(Decimal, written))


@settings(derandomize=True, deadline=None)
@given(NUMBERS)
def test_the_canonical_form_of_a_number_is_the_number(value: Decimal):
    text = numbers.canonical(str(value))

    assert Decimal(text) == value
    assert numbers.canonical(text) == text
    assert "E" not in text

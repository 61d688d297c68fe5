"""A table with a stream, and what is read from it."""

from typing import Any

import boto3


def table(view: str | None = "NEW_AND_OLD_IMAGES", name: str = "orders") -> str:
    """A new table; its stream's ARN."""
    specification = {"StreamEnabled": True, "StreamViewType": view} if view else {"StreamEnabled": False}
    description = boto3.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=specification,
    )["TableDescription"]
    return str(description.get("LatestStreamArn", ""))


def put(pk: str, n: int = 0, name: str = "orders") -> None:
    boto3.client("dynamodb").put_item(TableName=name, Item={"pk": {"S": pk}, "n": {"N": str(n)}})


def iterator(arn: str, kind: str = "TRIM_HORIZON", **more: str) -> str:
    streams = boto3.client("dynamodbstreams")
    *_, shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return str(
        streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more)[
            "ShardIterator"
        ]
    )


def records(arn: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boto3.client("dynamodbstreams").get_records(ShardIterator=iterator(arn))["Records"]
    return found


def summary(record: dict[str, Any]) -> tuple[str, str]:
    return record["eventName"], record["dynamodb"]["Keys"]["pk"]["S"]

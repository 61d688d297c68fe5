"""A lake of one database over one bucket, for the tests of what writes to it and what reads it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pyarrow as pa
import pytest
from moto import mock_aws
from moto.moto_api._internal import moto_api_backend
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import DayTransform
from pyiceberg.types import ListType, LongType, NestedField, StringType, StructType, TimestamptzType

from bus.local.lake import LakeCatalog, append, catalog
from bus.local.plane import Plane

MONEY = StructType(NestedField(6, "amount", LongType()), NestedField(7, "currency", StringType()))
LINE = StructType(NestedField(9, "product", StringType()), NestedField(10, "quantity", LongType()))
SCHEMA = Schema(
    NestedField(1, "event_id", StringType(), required=True),
    NestedField(2, "occurred_at", TimestamptzType(), required=True),
    NestedField(3, "total", MONEY),
    NestedField(4, "lines", ListType(8, LINE)),
)
BY_DAY = PartitionSpec(PartitionField(2, 1000, DayTransform(), "occurred_at_day"))


class Shop:
    """The database "shop", its tables in the bucket "lake"."""

    bucket, database = "lake", "shop"

    def __init__(self, lake: LakeCatalog) -> None:
        self.lake = lake

    def create(self, name: str = "orders_v1", schema: Schema = SCHEMA) -> Table:
        return self.lake.create_table((self.database, name), schema, partition_spec=BY_DAY)

    def table(self, name: str = "orders_v1") -> Table:
        return self.lake.load_table((self.database, name))

    def fill(self, table: Table, *rows: dict[str, Any]) -> None:
        append(self.lake, table, pa.Table.from_pylist(list(rows), schema=table.schema().as_arrow()))

    @staticmethod
    def row(event_id: str, day: int = 1, amount: int = 100) -> dict[str, Any]:
        return {
            "event_id": event_id,
            "occurred_at": datetime(2026, 1, day, 12, tzinfo=UTC),
            "total": {"amount": amount, "currency": "USD"},
            "lines": [{"product": "milk", "quantity": 2}, {"product": "bread", "quantity": 1}],
        }

    def ids(self, name: str = "orders_v1") -> list[str]:
        rows = self.table(name).scan(selected_fields=("event_id",)).to_arrow()
        return sorted(rows["event_id"].to_pylist())

    def objects(self, prefix: str) -> dict[str, str]:
        """The text of every object under a prefix, by key."""
        s3 = boto3.client("s3")
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])]
        return {key: s3.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode() for key in keys}

    def errors(self, kind: str = "") -> list[Any]:
        """Every document under the errors prefix."""
        return [json.loads(line) for text in self.objects(f"errors/{kind}").values() for line in text.splitlines()]


@pytest.fixture(scope="module")
def moto_account() -> Iterator[None]:
    """One for a module: moto's start throws boto3's session away, and a new one costs a tenth of a second."""
    with mock_aws():
        yield


@pytest.fixture
def shop_of(moto_account: None) -> Callable[[Plane], Shop]:  # noqa: ARG001 - what answers for S3 and Glue
    """Opens an empty database for a plane: `shop_of(plane)`."""

    def opened(plane: Plane) -> Shop:
        moto_api_backend.reset()
        boto3.client("s3", region_name=plane.region).create_bucket(Bucket=Shop.bucket)
        described = {"Name": Shop.database, "LocationUri": f"s3://{Shop.bucket}/tables"}
        boto3.client("glue", region_name=plane.region).create_database(DatabaseInput=described)
        return Shop(catalog(plane.clock))

    return opened

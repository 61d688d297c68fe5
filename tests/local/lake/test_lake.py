"""The lake's own ground: files over boto3, commits in the plane's time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from pyiceberg.exceptions import NoSuchTableError

from bus.local.lake import Scans, catalog
from bus.local.lake.objects import CLIENT, S3Objects
from bus.local.plane import Plane


@pytest.fixture
def plane(plane_with: Callable[..., Plane]) -> Plane:
    return plane_with()


@pytest.fixture
def shop(plane: Plane, shop_of: Callable[[Plane], Any]) -> Any:
    return shop_of(plane)


@pytest.fixture
def files(shop: Any) -> S3Objects:  # noqa: ARG001 - the bucket
    return S3Objects({CLIENT: boto3.client("s3")})


def test_a_file_is_read_as_it_was_written(files: S3Objects) -> None:
    written = files.new_output("s3://lake/a/b")
    with written.create() as stream:
        stream.write(b"content")

    read = files.new_input("s3://lake/a/b")

    assert (len(written), len(read), read.exists()) == (7, 7, True)
    assert read.open().read() == b"content"


def test_a_file_is_replaced_only_on_demand(files: S3Objects) -> None:
    for content in (b"first", b"second"):
        stream = files.new_output("s3://lake/a").create(overwrite=True)
        stream.write(content)
        stream.close()

    with pytest.raises(FileExistsError):
        files.new_output("s3://lake/a").create().close()
    assert files.new_input("s3://lake/a").open().read() == b"second"


def test_a_file_that_is_gone_is_not_found(files: S3Objects) -> None:
    files.new_output("s3://lake/a").create().close()

    files.delete("s3://lake/a")

    assert not files.new_input("s3://lake/a").exists()
    with pytest.raises(FileNotFoundError):
        files.new_input("s3://lake/a").open()


def test_a_snapshot_carries_the_planes_time(plane: Plane, shop: Any) -> None:
    table = shop.create()
    plane.engine.advance(timedelta(hours=3))

    shop.fill(table, shop.row("a"))

    [snapshot] = shop.table().metadata.snapshots
    assert snapshot.timestamp_ms == plane.clock.time() * 1000


def test_a_commit_writes_one_file_for_each_day_that_it_touches(shop: Any) -> None:
    shop.fill(shop.create(), *(shop.row(str(number), day=1 + number % 2) for number in range(20)))

    assert len(shop.table().inspect.files()) == 2


def test_a_table_can_be_appended_to_again_and_again(plane: Plane, shop: Any) -> None:
    table = shop.create()
    for number in range(3):
        shop.fill(table, shop.row(str(number)))

    assert shop.ids() == ["0", "1", "2"]
    assert catalog(plane.clock).load_table(("shop", "orders_v1")).scan().count() == 3


def test_what_another_writer_commits_is_seen(plane: Plane, shop: Any) -> None:
    shop.fill(shop.create(), shop.row("ours"))
    another = type(shop)(catalog(plane.clock))

    another.fill(another.table(), another.row("theirs"))

    assert shop.ids() == ["ours", "theirs"]


def test_a_table_that_was_dropped_is_gone(shop: Any) -> None:
    shop.create()
    boto3.client("glue").delete_table(DatabaseName="shop", Name="orders_v1")

    with pytest.raises(NoSuchTableError):
        shop.table()


def test_counting_rows_reads_a_column_and_no_more(shop: Any) -> None:
    shop.fill(shop.create(), *(shop.row(str(number)) for number in range(50)))

    scans = Scans()
    counted = scans.plan(shop.table(), ())
    everything = scans.plan(shop.table(), ("event_id", "occurred_at", "total", "lines"))

    assert counted.read().num_rows == 50
    assert 0 < counted.bytes < everything.bytes


def test_a_scan_planned_again_sees_what_was_committed_in_between(shop: Any) -> None:
    scans = Scans()
    shop.fill(shop.create(), shop.row("a"))
    before = scans.plan(shop.table(), ("event_id",)).read()

    shop.fill(shop.table(), shop.row("b"))

    assert before.column("event_id").to_pylist() == ["a"]
    assert sorted(scans.plan(shop.table(), ("event_id",)).read().column("event_id").to_pylist()) == ["a", "b"]

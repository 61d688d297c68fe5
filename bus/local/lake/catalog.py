"""The Glue catalog of Iceberg tables, in the plane's own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import time_machine
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.typedef import Identifier

from bus.local.clock import Clock
from bus.local.lake.objects import CLIENT, S3Objects


class LakeCatalog(GlueCatalog):
    """A Glue catalog whose snapshots carry the time of the plane's clock.

    Iceberg stamps each commit with the wall clock and refuses one that is older than the last; so
    creating and appending both happen within `present`.
    """

    def __init__(self, clock: Clock | None) -> None:
        s3 = boto3.client("s3")
        implementation = f"{S3Objects.__module__}.{S3Objects.__qualname__}"
        # Glue keeps a version of the table for each commit unless told not to; Iceberg has its own history.
        properties: dict[str, Any] = {"py-io-impl": implementation, CLIENT: s3, "glue.skip-archive": "true"}
        super().__init__("lake", client=boto3.client("glue"), **properties)
        self._clock = clock
        # table -> where its metadata was last seen, and the metadata; a metadata file never changes
        self._seen: dict[Identifier, tuple[str, TableMetadata]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Clients are of their process: a copy has clients of its own."""
        return LakeCatalog, (self._clock,), {"_seen": self._seen}

    @contextmanager
    def present(self) -> Iterator[None]:
        """Within the block every clock shows the plane's instant; without a clock of the plane, nothing changes."""
        if self._clock is None:
            yield
            return
        with time_machine.travel(self._clock.now(), tick=False):
            yield

    def create_table(self, *args: Any, **kwargs: Any) -> Table:
        with self.present():
            return super().create_table(*args, **kwargs)

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        response = super().commit_table(table, requirements, updates)
        self._seen[table.name()] = (response.metadata_location, response.metadata)
        return response

    def _convert_glue_to_iceberg(self, glue_table: Any) -> Table:
        """Reads a table's metadata only when Glue points elsewhere than last time: 8 ms of each commit's 34."""
        name = (glue_table["DatabaseName"], glue_table["Name"])
        location, metadata = self._seen.get(name, ("", None))
        if metadata is not None and glue_table.get("Parameters", {}).get("metadata_location") == location:
            return Table(name, metadata, location, self._load_file_io(metadata.properties, location), self)
        table = super()._convert_glue_to_iceberg(glue_table)
        self._seen[name] = (table.metadata_location, table.metadata)
        return table


def catalog(clock: Clock | None = None) -> LakeCatalog:
    """The catalog behind this process's boto3 clients; `clock` is the plane's, None outside of one."""
    return LakeCatalog(clock)

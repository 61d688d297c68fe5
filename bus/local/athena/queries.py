"""Queries: read, resolved, run, and their results stored."""

from typing import Any

import boto3
from sqlglot import exp

from bus.local.athena.catalog import Catalog
from bus.local.athena.errors import QueryError
from bus.local.athena.executions import Execution
from bus.local.athena.resolve import resolve
from bus.local.athena.run import run
from bus.local.athena.session import Session
from bus.local.athena.statements import parse, query_of, statement_type
from bus.local.athena.workgroups import Workgroup
from bus.local.plane import Plane


class Queries:
    """Runs each query to its end at once."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._catalog = Catalog(plane)
        self._s3: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_s3": None}  # a client is of its process

    def submit(self, sql: str, *, database: str, workgroup: Workgroup, output: str) -> Execution:
        """Run a query; its result is a file whose name begins with `output`. Raises MalformedQueryError."""
        statement = parse(sql)
        identity = self._plane.chance.uuid()
        execution = Execution(
            id=identity,
            sql=sql,
            type=statement_type(statement),
            workgroup=workgroup.name,
            database=database,
            output=f"{output}{identity}.csv",
            submitted=self._plane.clock.now(),
        )
        try:
            self._run(execution, query_of(statement), workgroup)
        except QueryError as error:
            execution.fail(error)
        return execution

    def _run(self, execution: Execution, query: exp.Query, workgroup: Workgroup) -> None:
        resolved = resolve(execution.sql, query, execution.database, self._catalog)
        session = Session(execution.submitted, self._plane.chance.random.random())
        answer = run(resolved, self._catalog, session, workgroup.limit)
        execution.columns, execution.rows, execution.scanned = answer.columns, answer.rows, answer.scanned
        self._s3 = self._s3 or boto3.client("s3", region_name=self._plane.region)
        bucket, _, key = execution.output.removeprefix("s3://").partition("/")
        self._s3.put_object(Bucket=bucket, Key=key, Body=execution.csv())

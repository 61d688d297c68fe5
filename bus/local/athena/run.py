"""Running a query: DuckDB over the Iceberg tables that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from bus.local.athena.catalog import Catalog
from bus.local.athena.errors import BytesLimitError, QueryError
from bus.local.athena.executions import Cells
from bus.local.athena.resolve import Resolved
from bus.local.athena.session import Session
from bus.local.athena.texts import text
from bus.local.athena.translate import translate
from bus.local.athena.types import column_info
from bus.local.lake import Plan


@dataclass(frozen=True)
class Answer:
    """The columns as GetQueryResults describes them, the rows as text, the bytes that were scanned."""

    columns: list[dict[str, Any]]
    rows: list[Cells]
    scanned: int


def run(resolved: Resolved, catalog: Catalog, session: Session, limit: int | None) -> Answer:
    """Raises QueryError; BytesLimitError before anything is read when the scan would pass `limit` bytes."""
    plans = {key: catalog.plan(resolved.tables[key], sorted(columns)) for key, columns in resolved.reads.items()}
    scanned = sum(planned.bytes for planned in plans.values())
    if limit is not None and scanned > limit:
        raise BytesLimitError(scanned, limit)
    columns, rows = _execute(resolved, plans, session)
    return Answer(columns, rows, scanned)


def _execute(
    resolved: Resolved, plans: Mapping[tuple[str, str], Plan], session: Session
) -> tuple[list[dict[str, Any]], list[Cells]]:
    names = {key: f"table_{number}" for number, key in enumerate(plans)}
    with session.open() as connection:
        for key, planned in plans.items():
            connection.register(names[key], planned.read())
        try:
            result = connection.execute(translate(session.dated(resolved.query), names))
            columns = [column_info(name, type_) for name, type_, *_ in result.description]
            return columns, [[text(value) for value in row] for row in result.fetchall()]
        except duckdb.Error as error:
            raise QueryError(f"{_code(error)}: {_first_line(error)}") from error
        except KeyError as error:
            raise QueryError(
                f"NOT_SUPPORTED: the local event plane returns no column of DuckDB's type {error}"
            ) from error


def _code(error: duckdb.Error) -> str:
    """Trino's word for the kind of failure."""
    match error:
        case duckdb.CatalogException():
            return "FUNCTION_NOT_FOUND"
        case duckdb.BinderException():
            return "TYPE_MISMATCH"
        case duckdb.ConversionException():
            return "INVALID_CAST_ARGUMENT"
        case duckdb.OutOfRangeException():
            return "NUMERIC_VALUE_OUT_OF_RANGE"
        case duckdb.ParserException():
            return "SYNTAX_ERROR"
    return "GENERIC_INTERNAL_ERROR"


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]

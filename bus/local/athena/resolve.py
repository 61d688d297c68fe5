"""A query with every name in it resolved: views opened, tables found, columns qualified and pruned."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from bus.local.athena.catalog import CATALOG, Catalog, NotInCatalogError, StoredTable, StoredView
from bus.local.athena.errors import QueryError
from bus.local.athena.statements import DIALECT

_UNRESOLVED = re.compile(r"Column '(?P<name>[^']*)' could not be resolved.* Line: (?P<line>\d+), Col: (?P<col>\d+)")
_UNNAMED = re.compile(r"_col_(?P<index>\d+)")
# Trino's own bound on views within views is its stack; nobody nests this deep.
_VIEW_DEPTH = 32

Tables = Mapping[tuple[str, str], StoredTable]


@dataclass(frozen=True)
class Resolved:
    """The query as a tree that names no view, and which columns it reads of which tables."""

    query: exp.Query
    reads: Mapping[tuple[str, str], frozenset[str]]
    tables: Tables


def resolve(sql: str, query: exp.Query, database: str, catalog: Catalog) -> Resolved:
    """Raises QueryError for a name that stands for nothing, with its line and column in `sql`."""
    opened, tables = _with_tables(sql, query, database, catalog)
    schema = _schema(tables)
    try:
        qualified = qualify(opened, dialect=DIALECT, schema=schema, quote_identifiers=False)
    except OptimizeError as error:
        raise _unresolved(error) from error
    typed = pushdown_projections(annotate_types(qualified, schema=schema, dialect=DIALECT))
    _name_columns_as_athena_does(typed)
    return Resolved(typed, _reads(typed), tables)


def _with_tables(sql: str, query: exp.Query, database: str, catalog: Catalog) -> tuple[exp.Query, Tables]:
    """The query with every table's name complete and every view replaced by its query, and the tables."""
    tables: dict[tuple[str, str], StoredTable] = {}
    for _ in range(_VIEW_DEPTH):
        views = 0
        for table in _unresolved_tables(query, tables):
            _refuse_function(sql, table)
            _complete(table, database)
            found = _find(sql, table, catalog)
            if isinstance(found, StoredTable):
                tables[found.database, found.name] = found
            else:
                views += 1
                table.replace(_inlined(table, found))
        if not views:
            return query, tables
    raise QueryError(f"NOT_SUPPORTED: views are nested more than {_VIEW_DEPTH} deep")


def _unresolved_tables(query: exp.Query, known: Tables) -> list[exp.Table]:
    return [table for table in _tables(query) if (table.db, table.name) not in known]


def _tables(query: exp.Query) -> Iterator[exp.Table]:
    """Every mention of a stored table; names of WITH queries are none."""
    for scope in traverse_scope(query):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                yield source


def _refuse_function(sql: str, table: exp.Table) -> None:
    """What stands for a table may be a call; DuckDB's own table functions read files, and Trino knows none of them."""
    if not isinstance(table.this, exp.Identifier):
        raise QueryError(
            f"FUNCTION_NOT_FOUND: {_position(sql, table)}: Table function {table.this.sql()} not registered"
        )


def _complete(table: exp.Table, database: str) -> None:
    """The name as Trino takes it: in lower case, in the default database unless another is named."""
    if table.catalog and table.catalog.lower() != CATALOG:
        raise QueryError(f"CATALOG_NOT_FOUND: Catalog '{table.catalog}' does not exist")
    table.set("catalog", None)
    table.set("db", _lower(table.args.get("db")) or exp.to_identifier(database))
    table.set("this", _lower(table.this))


def _lower(name: exp.Expr | None) -> exp.Expr | None:
    if not isinstance(name, exp.Identifier):
        return name
    name.set("this", name.name.lower())
    return name


def _find(sql: str, table: exp.Table, catalog: Catalog) -> StoredTable | StoredView:
    try:
        return catalog.find(table.db, table.name)
    except NotInCatalogError as error:
        raise QueryError(f"{error.code}: {_position(sql, table)}: {error.message}") from error


def _inlined(table: exp.Table, view: StoredView) -> exp.Subquery:
    query = view.query.copy()
    for name in query.find_all(exp.Identifier):
        name.meta.clear()  # its place is in the text of the view, not of the query
    for inner in _tables(query):
        _complete(inner, view.database)
    return query.subquery(table.alias_or_name, copy=False)


def _schema(tables: Tables) -> MappingSchema:
    mapping: dict[str, Any] = {}
    for (database, name), table in tables.items():
        columns = {column: exp.DataType.build(type_, dialect="hive") for column, type_ in table.columns.items()}
        mapping.setdefault(database, {})[name] = columns
    return MappingSchema(mapping, dialect=DIALECT)


def _unresolved(error: OptimizeError) -> QueryError:
    found = _UNRESOLVED.search(str(error))
    if found is None:
        return QueryError(f"SYNTAX_ERROR: {error}")
    column = int(found["col"]) - len(found["name"]) + 1
    return QueryError(
        f"COLUMN_NOT_FOUND: line {found['line']}:{column}: Column '{found['name']}' cannot be resolved "
        "or requester is not authorized to access requested resources"
    )


def _name_columns_as_athena_does(query: exp.Query) -> None:
    for selected in query.selects:
        unnamed = _UNNAMED.fullmatch(selected.alias)
        if unnamed is not None:
            selected.set("alias", exp.to_identifier(f"_col{unnamed['index']}"))


def _reads(query: exp.Query) -> Mapping[tuple[str, str], frozenset[str]]:
    reads: dict[tuple[str, str], frozenset[str]] = {}
    for scope in traverse_scope(query):
        for name, source in scope.sources.items():
            if isinstance(source, exp.Table):
                columns = frozenset(column.name for column in scope.columns if column.table == name)
                key = (source.db, source.name)
                reads[key] = reads.get(key, frozenset()) | columns
    return reads


def _position(sql: str, node: exp.Expr) -> str:
    """Where `node` starts in the text, as Trino counts: "line 1:15"."""
    starts = [part.meta["start"] for part in node.find_all(exp.Identifier) if "start" in part.meta]
    start = min(starts, default=0)
    return f"line {sql.count(chr(10), 0, start) + 1}:{start - sql.rfind(chr(10), 0, start)}"

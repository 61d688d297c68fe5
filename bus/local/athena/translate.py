"""A resolved query from Trino's SQL to DuckDB's, tree to tree."""

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope


def translate(query: exp.Query, names: Mapping[tuple[str, str], str]) -> str:
    """DuckDB's text of the query; `names` says under which name each table is registered."""
    translated = query.copy()
    for unnest in list(translated.find_all(exp.Unnest)):
        _expand_rows(unnest)
    for scope in traverse_scope(translated):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and (source.db, source.name) in names:
                alias = source.alias_or_name
                source.replace(exp.to_table(names[source.db, source.name]).as_(alias, table=True))
    return translated.sql("duckdb", identify=True)


def _expand_rows(unnest: exp.Unnest) -> None:
    """Trino's UNNEST of an array of rows has a column for each field; DuckDB's does when asked to, in a SELECT."""
    arrays, alias = unnest.expressions, unnest.args.get("alias")
    if len(arrays) != 1 or alias is None or unnest.args.get("offset") or not _holds_rows(arrays[0]):
        return
    expanded = exp.Anonymous(
        this="unnest",
        expressions=[arrays[0].copy(), exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=_TWO)],
    )
    unnest.replace(exp.Subquery(this=exp.select(expanded), alias=alias.copy()))


_TWO = exp.Literal.number(2)


def _holds_rows(array: exp.Expr) -> bool:
    type_ = array.type
    return (
        type_ is not None
        and type_.is_type(exp.DType.ARRAY)
        and bool(type_.expressions)
        and type_.expressions[0].is_type(exp.DType.STRUCT)
    )

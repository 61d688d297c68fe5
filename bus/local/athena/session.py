"""What a query finds in its session: the time that it began, and its own randomness."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
from sqlglot import exp

# Trino's session in Athena is in UTC; a query reads what it is given, and nothing of this machine.
_SETTINGS = "LOAD icu; SET TimeZone = 'UTC'; SET enable_external_access = false; SET python_enable_replacements = false"

# What SQL calls the present -> its type. Trino's now() is current_timestamp.
_PRESENT: dict[type[exp.Expr], exp.DType] = {
    exp.CurrentTimestamp: exp.DType.TIMESTAMPTZ,
    exp.Localtimestamp: exp.DType.TIMESTAMP,
    exp.CurrentDate: exp.DType.DATE,
    exp.CurrentTime: exp.DType.TIMETZ,
    exp.Localtime: exp.DType.TIME,
}


@dataclass(frozen=True)
class Session:
    """`began` is in UTC; `seed`, 0 to 1, decides random() and uuid()."""

    began: datetime
    seed: float

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection of the session's own."""
        connection = duckdb.connect()
        connection.execute(_SETTINGS)
        connection.execute("SELECT setseed(?)", [self.seed])
        return connection

    def dated(self, query: exp.Query) -> exp.Query:
        """The query with the session's time for the present, which DuckDB would read off this machine's clock."""
        dated = query.copy()
        for present in list(dated.find_all(*_PRESENT)):
            type_ = _PRESENT[type(present)]
            present.replace(exp.cast(exp.Literal.string(self._text(type_)), type_))
        return dated

    def _text(self, type_: exp.DType) -> str:
        # Trino's present is in milliseconds unless more are asked for.
        instant = self.began.isoformat(sep=" ", timespec="milliseconds")
        day, _, time = instant.partition(" ")
        match type_:
            case exp.DType.DATE:
                return day
            case exp.DType.TIME:
                return time.removesuffix("+00:00")
            case exp.DType.TIMETZ:
                return time
            case exp.DType.TIMESTAMP:
                return instant.removesuffix("+00:00")
        return instant

"""Why a query fails, in Athena's words."""

from sqlglot import exp

from bus.local.errors import PlaneError


class QueryError(PlaneError):
    """The query is accepted and fails: `reason` becomes its StateChangeReason.

    `category` is Athena's: 1 system, 2 user, 3 other (API reference, AthenaError).
    """

    category = 2
    state = "FAILED"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class BytesLimitError(QueryError):
    """The query would scan more than its workgroup allows; Athena cancels it."""

    state = "CANCELLED"

    def __init__(self, planned: int, limit: int) -> None:
        self.planned, self.limit = planned, limit
        super().__init__("Bytes scanned limit was exceeded")


class MalformedQueryError(PlaneError):
    """The text is no statement; Athena refuses it at once. The message names line and column."""


def position(sql: str, node: exp.Expr) -> str:
    """Where `node` starts in the text, as Trino counts: "line 1:15"."""
    starts = [part.meta["start"] for part in node.find_all(exp.Identifier) if "start" in part.meta]
    start = min(starts, default=0)
    return f"line {sql.count(chr(10), 0, start) + 1}:{start - sql.rfind(chr(10), 0, start)}"

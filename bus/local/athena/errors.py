"""Why a query fails, in Athena's words."""

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

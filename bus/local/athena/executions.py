"""One query: its state, and its results as pages and as a file."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bus.local.athena.errors import QueryError

FINISHED_WELL = "SUCCEEDED"
Cells = list[str | None]


@dataclass
class Execution:
    """A query from its submission on; it is finished as soon as it is submitted."""

    id: str
    sql: str
    type: str
    workgroup: str
    database: str
    output: str
    submitted: datetime
    state: str = FINISHED_WELL
    error: QueryError | None = None
    scanned: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Cells] = field(default_factory=list)

    def fail(self, error: QueryError) -> None:
        """It came to nothing."""
        self.state, self.error = error.state, error

    def described(self) -> dict[str, Any]:
        """As GetQueryExecution answers; no time passes while a query runs, so its times are 0."""
        return {
            "QueryExecutionId": self.id,
            "Query": self.sql,
            "StatementType": self.type,
            "ResultConfiguration": {"OutputLocation": self.output},
            "QueryExecutionContext": {"Database": self.database},
            "Status": self._status(),
            "Statistics": {
                "EngineExecutionTimeInMillis": 0,
                "DataScannedInBytes": self.scanned,
                "TotalExecutionTimeInMillis": 0,
                "QueryQueueTimeInMillis": 0,
            },
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "Athena engine version 3",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        }

    def _status(self) -> dict[str, Any]:
        status = {"State": self.state, "SubmissionDateTime": self.submitted, "CompletionDateTime": self.submitted}
        if self.error is None:
            return status
        cause = {"ErrorCategory": self.error.category, "Retryable": False, "ErrorMessage": self.error.reason}
        return {**status, "StateChangeReason": self.error.reason, "AthenaError": cause}

    def page(self, start: int, size: int) -> dict[str, Any]:
        """Rows from `start` on as GetQueryResults answers; row 0 holds the column names."""
        header: Cells = [column["Name"] for column in self.columns]
        wanted = ([header, *self.rows] if start == 0 else self.rows[start - 1 :])[:size]
        page: dict[str, Any] = {
            "UpdateCount": 0,
            "ResultSet": {
                "Rows": [{"Data": [_cell(value) for value in row]} for row in wanted],
                "ResultSetMetadata": {"ColumnInfo": self.columns},
            },
        }
        following = start + len(wanted)
        return page if following > len(self.rows) else {**page, "NextToken": str(following)}

    def csv(self) -> bytes:
        """The result file as Athena writes it: everything in quotes, null as nothing at all."""
        header: Cells = [column["Name"] for column in self.columns]
        return "".join(",".join(map(_quoted, row)) + "\n" for row in [header, *self.rows]).encode()


def _cell(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'

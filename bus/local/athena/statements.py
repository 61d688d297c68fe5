"""The text of a query, as a tree."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from bus.local.athena.errors import MalformedQueryError, QueryError

DIALECT = "athena"


def parse(sql: str) -> exp.Expr:
    """The one statement in `sql`. Raises MalformedQueryError, with line and column."""
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=DIALECT) if statement is not None]
    except ParseError as error:
        raise MalformedQueryError(_where(error)) from error
    except TokenError as error:
        raise MalformedQueryError(f"line 1:1: {error}") from error
    if len(statements) != 1:
        raise MalformedQueryError(f"Only one sql statement is allowed. Got: {sql}")
    return statements[0]


def statement_type(statement: exp.Expr) -> str:
    """Athena's class of the statement: it reads or writes rows, defines, or tells."""
    if isinstance(statement, exp.Query | exp.Insert | exp.Update | exp.Delete | exp.Merge):
        return "DML"
    if isinstance(statement, exp.Show | exp.Describe):
        return "UTILITY"
    return "DDL"


def query_of(statement: exp.Expr) -> exp.Query:
    """The statement, if it is a SELECT. Raises QueryError for any other."""
    if isinstance(statement, exp.Query):
        return statement
    kind = statement.key.upper() if not isinstance(statement, exp.Command) else str(statement.this).upper()
    raise QueryError(f"NOT_SUPPORTED: line 1:1: the local event plane runs SELECT only, and this is {kind}")


def _where(error: ParseError) -> str:
    fault = error.errors[0]
    token = fault["highlight"] or ""
    # sqlglot gives the column of the token's last character.
    column = max(1, (fault["col"] or 1) - len(token) + 1)
    return f"line {fault['line']}:{column}: mismatched input '{token}': {fault['description']}"

"""The resource policy of a function, of a version or an alias: who may invoke it."""

import json
from typing import Any

from bus.local.errors import AwsError
from bus.local.lambda_.errors import conflict, invalid, not_found, outdated
from bus.local.lambda_.function_operations import checked
from bus.local.lambda_.functions import DeployedFunction, Functions
from bus.local.lambda_.names import LATEST, parse
from bus.local.operations import Params, Response, only, operation

LARGEST_POLICY = 20 * 1024  # bytes: Lambda developer guide, "Lambda quotas", resource-based policy
STATEMENT = frozenset(
    {
        "StatementId",
        "Action",
        "Principal",
        "SourceArn",
        "SourceAccount",
        "EventSourceToken",
        "PrincipalOrgID",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
    }
)
_CONDITIONS = (
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
)


class PolicyOperations:
    """Lambda developer guide, "Working with resource-based IAM policies in Lambda". Kept and answered, and not yet
    asked by anything that invokes.
    """

    functions: Functions

    @operation("AddPermission")
    def add_permission(self, params: Params) -> Response:
        only("lambda:AddPermission", params, STATEMENT | {"FunctionName", "Qualifier", "RevisionId"})
        checked("AddPermission", params)
        if parse(params["FunctionName"], params.get("Qualifier")).qualifier == LATEST:
            raise invalid("We currently do not support adding policies for $LATEST.")
        found = _owner(self.functions, params)
        return {"Statement": json.dumps(add_statement(found, params))}

    @operation("RemovePermission")
    def remove_permission(self, params: Params) -> Response:
        only("lambda:RemovePermission", params, {"FunctionName", "StatementId", "Qualifier", "RevisionId"})
        remove_statement(_owner(self.functions, params), params["StatementId"])
        return {}

    @operation("GetPolicy")
    def get_policy(self, params: Params) -> Response:
        only("lambda:GetPolicy", params, {"FunctionName", "Qualifier"})
        found = self.functions.get(params["FunctionName"], params.get("Qualifier"))
        statements = found.registered.statements.get(found.qualifier or LATEST)
        if not statements:
            raise not_found("The resource you requested does not exist.")
        return {"Policy": _policy(statements), "RevisionId": _revision(found)}


def add_statement(found: DeployedFunction, given: Params) -> dict[str, Any]:
    """Allow what `given` says, with the names of AddPermission. Raises AwsError."""
    statements = found.registered.statements.setdefault(found.qualifier or LATEST, [])
    name = given["StatementId"]
    if any(each["Sid"] == name for each in statements):
        raise conflict(
            f"The statement id ({name}) provided already exists. Please provide a new statement id, or remove the"
            " existing statement."
        )
    statement = _statement(found.arn, given)
    size = len(_policy([*statements, statement]).encode())
    if size > LARGEST_POLICY:
        message = f"The final policy size ({size}) is bigger than the limit ({LARGEST_POLICY})."
        raise AwsError("PolicyLengthExceededException", message, Type="User")
    statements.append(statement)
    return statement


def remove_statement(found: DeployedFunction, name: str) -> None:
    """Raises ResourceNotFoundException."""
    statements = found.registered.statements.get(found.qualifier or LATEST)
    if not statements:
        raise not_found("No policy is associated with the given resource.")
    kept = [each for each in statements if each["Sid"] != name]
    if len(kept) == len(statements):
        raise not_found(f"Statement {name} is not found in resource policy.")
    statements[:] = kept


def _owner(functions: Functions, params: Params) -> DeployedFunction:
    found = functions.get(params["FunctionName"], params.get("Qualifier"))
    if params.get("RevisionId") not in {None, _revision(found)}:
        raise outdated()
    return found


def _statement(arn: str, given: Params) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(given["Principal"]),
        "Action": given["Action"],
        "Resource": arn,
    }
    condition: dict[str, dict[str, str]] = {}
    for name, operator, key in _CONDITIONS:
        if given.get(name) is not None:
            value = given[name]
            condition.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return {**statement, "Condition": condition} if condition else statement


def _principal(principal: str) -> Any:
    if principal == "*":
        return "*"
    if ".amazonaws.com" in principal:
        return {"Service": principal}
    if principal.isdecimal():
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if principal.startswith("arn:"):
        return {"AWS": principal}
    raise invalid("The provided principal was invalid. Please check the principal and try again.")


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements}, separators=(",", ":"))


def _revision(found: DeployedFunction) -> str:
    alias = found.registered.aliases.get(found.qualifier or "")
    return found.version.revision if alias is None else alias.revision

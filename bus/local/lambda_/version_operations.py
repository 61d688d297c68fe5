"""Versions and aliases."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.lambda_.errors import conflict, invalid, not_found, outdated
from bus.local.lambda_.function_operations import checked, listed
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.names import LATEST, is_version, parse, unqualified
from bus.local.lambda_.registered import Alias, RegisteredFunction
from bus.local.operations import Params, Response, only, operation
from bus.local.plane import Plane

_ALIAS = frozenset({"FunctionName", "Name"})
_POINTED = _ALIAS | {"FunctionVersion", "Description", "RoutingConfig"}


class VersionOperations:
    """Lambda developer guide, "Manage Lambda function versions" and "Create an alias for a Lambda function"."""

    _plane: Plane
    functions: Functions

    @operation("PublishVersion")
    def publish_version(self, params: Params) -> Response:
        only("lambda:PublishVersion", params, {"FunctionName", "CodeSha256", "Description", "RevisionId"})
        checked("PublishVersion", params)
        function = _whole(self.functions, params)
        latest, wanted = function.latest, params.get("CodeSha256")
        if wanted and wanted != latest.code_sha256:
            raise invalid(
                f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({latest.code_sha256})."
                " Please try again with the CodeSHA256 in $LATEST."
            )
        if params.get("RevisionId") not in {None, latest.revision}:
            raise outdated()
        return self.functions.publish(function, params.get("Description")).configuration(qualified=True)

    @operation("ListVersionsByFunction")
    def list_versions(self, params: Params) -> Response:
        only("lambda:ListVersionsByFunction", params, {"FunctionName", "Marker", "MaxItems"})
        function = self.functions.named(parse(params["FunctionName"]).function)
        versions = [version.configuration(qualified=True) for version in function.versions.values()]
        return listed("Versions", versions, params)

    @operation("CreateAlias")
    def create_alias(self, params: Params) -> Response:
        only("lambda:CreateAlias", params, _POINTED)
        checked("CreateAlias", params)
        function, name = _whole(self.functions, params), params["Name"]
        if name in function.aliases:
            raise conflict(f"Alias already exists: {function.arn_of(name)}")
        alias = Alias(name, params["FunctionVersion"], params.get("Description", ""), self._plane.chance.uuid())
        alias.weights = _weights(function, alias.version, params.get("RoutingConfig"))
        function.aliases[name] = alias
        return described(function, alias)

    @operation("UpdateAlias")
    def update_alias(self, params: Params) -> Response:
        only("lambda:UpdateAlias", params, _POINTED | {"RevisionId"})
        checked("UpdateAlias", params)
        function = _whole(self.functions, params)
        alias = _alias(function, params["Name"])
        if params.get("RevisionId") not in {None, alias.revision}:
            raise outdated()
        version = params.get("FunctionVersion", alias.version)
        if params.get("RoutingConfig") is None:
            _check_version(function, version)
        else:
            alias.weights = _weights(function, version, params["RoutingConfig"])
        alias.version = version
        alias.description = params.get("Description", alias.description)
        alias.revision = self._plane.chance.uuid()
        return described(function, alias)

    @operation("DeleteAlias")
    def delete_alias(self, params: Params) -> Response:
        """Nothing is wrong with deleting an alias that is not there (measured by others; the reference is silent)."""
        only("lambda:DeleteAlias", params, _ALIAS)
        function, name = _whole(self.functions, params), params["Name"]
        function.aliases.pop(name, None)
        for kept in (function.invoke_configs, function.statements, function.provisioned):
            kept.pop(name, None)
        function.share.provisioned.pop(name, None)
        return {}

    @operation("GetAlias")
    def get_alias(self, params: Params) -> Response:
        only("lambda:GetAlias", params, _ALIAS)
        function = _whole(self.functions, params)
        return described(function, _alias(function, params["Name"]))

    @operation("ListAliases")
    def list_aliases(self, params: Params) -> Response:
        only("lambda:ListAliases", params, {"FunctionName", "FunctionVersion", "Marker", "MaxItems"})
        function, version = _whole(self.functions, params), params.get("FunctionVersion")
        aliases = [function.aliases[name] for name in sorted(function.aliases)]
        found = [described(function, alias) for alias in aliases if version in {None, alias.version, *alias.weights}]
        return listed("Aliases", found, params)


def _whole(functions: Functions, params: Params) -> RegisteredFunction:
    return functions.named(unqualified(params["FunctionName"]))


def described(function: RegisteredFunction, alias: Alias) -> Response:
    """As GetAlias answers it."""
    answer: dict[str, Any] = {
        "AliasArn": function.arn_of(alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    }
    return {**answer, "RoutingConfig": {"AdditionalVersionWeights": dict(alias.weights)}} if alias.weights else answer


def _alias(function: RegisteredFunction, name: str) -> Alias:
    if name not in function.aliases:
        raise not_found(f"Cannot find alias arn: {function.arn_of(name)}")
    return function.aliases[name]


def _check_version(function: RegisteredFunction, number: str) -> None:
    if number not in function.versions:
        raise not_found(f"Function not found: {function.arn_of(number)}")


def _weights(function: RegisteredFunction, version: str, routing: Mapping[str, Any] | None) -> dict[str, float]:
    _check_version(function, version)
    weights = dict((routing or {}).get("AdditionalVersionWeights") or {})
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    for number, weight in weights.items():
        if version == LATEST:
            raise invalid("$LATEST is not supported for an alias pointing to more than 1 version")
        if number == version:
            raise invalid(
                f"Invalid function version {version}. Function version {version} is already included in routing"
                " configuration."
            )
        _check_weight(number, weight)
        _check_version(function, number)
    return weights


def _check_weight(number: str, weight: float) -> None:
    told = f"Value '{{{number}={weight}}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint:"
    if not is_version(number):
        wrong = "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]+]"
    elif not 0.0 <= weight <= 1.0:
        wrong = "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have"
        wrong += " value greater than or equal to 0.0]"
    else:
        return
    raise AwsError("ValidationException", f"1 validation error detected: {told} {wrong}")

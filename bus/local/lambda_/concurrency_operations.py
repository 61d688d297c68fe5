"""Reserved and provisioned concurrency, and the account's limits."""

from bus.local.errors import AwsError
from bus.local.lambda_.concurrency import ACCOUNT_LIMIT
from bus.local.lambda_.errors import conflict, invalid, not_found
from bus.local.lambda_.function_operations import checked, listed
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.names import LATEST, is_version, parse, unqualified
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.lambda_.uploads import LARGEST_UNZIPPED, LARGEST_ZIPPED, TOTAL
from bus.local.operations import Params, Response, only, operation

_ONE = frozenset({"FunctionName"})
_QUALIFIED = frozenset({"FunctionName", "Qualifier"})


class ConcurrencyOperations:
    """Lambda developer guide, "Configuring reserved concurrency" and "Configuring provisioned concurrency".

    Provisioned environments are warm before they are asked: that changes nothing where starting takes no time, and so
    it is checked, counted and answered.
    """

    functions: Functions

    @operation("PutFunctionConcurrency")
    def put_function_concurrency(self, params: Params) -> Response:
        only("lambda:PutFunctionConcurrency", params, _ONE | {"ReservedConcurrentExecutions"})
        checked("PutFunctionConcurrency", params)
        function = self.functions.named(unqualified(params["FunctionName"]))
        amount = int(params["ReservedConcurrentExecutions"])
        self.functions.concurrency.reserve(function.share, amount)
        return {"ReservedConcurrentExecutions": amount}

    @operation("GetFunctionConcurrency")
    def get_function_concurrency(self, params: Params) -> Response:
        only("lambda:GetFunctionConcurrency", params, _ONE)
        reserved = self.functions.named(parse(params["FunctionName"]).function).share.reserved
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    @operation("DeleteFunctionConcurrency")
    def delete_function_concurrency(self, params: Params) -> Response:
        only("lambda:DeleteFunctionConcurrency", params, _ONE)
        self.functions.concurrency.reserve(self.functions.named(unqualified(params["FunctionName"])).share, None)
        return {}

    @operation("PutProvisionedConcurrencyConfig")
    def put_provisioned(self, params: Params) -> Response:
        only("lambda:PutProvisionedConcurrencyConfig", params, _QUALIFIED | {"ProvisionedConcurrentExecutions"})
        checked("PutProvisionedConcurrencyConfig", params)
        function, qualifier = self._provisionable(params)
        amount = int(params["ProvisionedConcurrentExecutions"])
        provision(self.functions, function, qualifier, amount)
        answer = _described(function, qualifier)
        return {
            **answer,
            "AvailableProvisionedConcurrentExecutions": 0,
            "AllocatedProvisionedConcurrentExecutions": 0,
            "Status": "IN_PROGRESS",
        }

    @operation("GetProvisionedConcurrencyConfig")
    def get_provisioned(self, params: Params) -> Response:
        only("lambda:GetProvisionedConcurrencyConfig", params, _QUALIFIED)
        if params["Qualifier"] == LATEST:
            raise invalid("The function resource provided must be an alias or a published version.")
        function, qualifier = self._provisionable(params)
        if qualifier not in function.provisioned:
            message = "No Provisioned Concurrency Config found for this function"
            raise AwsError("ProvisionedConcurrencyConfigNotFoundException", message, status=404, Type="User")
        return _described(function, qualifier)

    @operation("DeleteProvisionedConcurrencyConfig")
    def delete_provisioned(self, params: Params) -> Response:
        only("lambda:DeleteProvisionedConcurrencyConfig", params, _QUALIFIED)
        if params["Qualifier"] == LATEST:
            raise invalid("The function resource provided must be an alias or a published version.")
        function, qualifier = self._provisionable(params)
        function.provisioned.pop(qualifier, None)
        function.share.provisioned.pop(qualifier, None)
        return {}

    @operation("ListProvisionedConcurrencyConfigs")
    def list_provisioned(self, params: Params) -> Response:
        only("lambda:ListProvisionedConcurrencyConfigs", params, _ONE | {"Marker", "MaxItems"})
        function = self.functions.named(unqualified(params["FunctionName"]))
        found = [{"FunctionArn": function.arn_of(each), **_described(function, each)} for each in function.provisioned]
        return listed("ProvisionedConcurrencyConfigs", found, params)

    @operation("GetAccountSettings")
    def get_account_settings(self, params: Params) -> Response:
        only("lambda:GetAccountSettings", params, frozenset())
        functions = self.functions.all()
        sizes = [v.package.size for each in functions for v in each.versions.values() if v.package is not None]
        return {
            "AccountLimit": {
                "TotalCodeSize": TOTAL,
                "CodeSizeUnzipped": LARGEST_UNZIPPED,
                "CodeSizeZipped": LARGEST_ZIPPED,
                "ConcurrentExecutions": ACCOUNT_LIMIT,
                "UnreservedConcurrentExecutions": self.functions.concurrency.unreserved,
            },
            "AccountUsage": {"TotalCodeSize": sum(sizes), "FunctionCount": len(functions)},
        }

    def _provisionable(self, params: Params) -> tuple[RegisteredFunction, str]:
        qualifier = params["Qualifier"]
        if qualifier == LATEST:
            raise invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
        function = self.functions.named(parse(params["FunctionName"], qualifier).function, qualifier)
        if is_version(qualifier):
            function.version_of(qualifier)
        elif qualifier not in function.aliases:
            raise not_found(f"Cannot find alias arn: {function.arn_of(qualifier)}")
        return function, qualifier


def provision(functions: Functions, function: RegisteredFunction, qualifier: str, amount: int) -> None:
    """Keep `amount` environments for a version or alias. Raises AwsError."""
    alias = function.aliases.get(qualifier)
    if alias is not None and alias.version in function.provisioned:
        raise conflict(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
    if any(each.version == qualifier and name in function.provisioned for name, each in function.aliases.items()):
        raise conflict("Version is pointed by a Provisioned Concurrency alias")
    functions.concurrency.provision(function.share, qualifier, amount)
    function.provisioned[qualifier] = functions.now()


def _described(function: RegisteredFunction, qualifier: str) -> Response:
    amount = function.share.provisioned[qualifier]
    return {
        "RequestedProvisionedConcurrentExecutions": amount,
        "AvailableProvisionedConcurrentExecutions": amount,
        "AllocatedProvisionedConcurrentExecutions": amount,
        "Status": "READY",
        "LastModified": function.provisioned[qualifier],
    }

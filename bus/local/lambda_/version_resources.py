"""The CloudFormation resources of versions and aliases."""

from collections.abc import Mapping
from typing import Any

from bus.local.lambda_.concurrency_operations import provision
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.names import parse
from bus.local.lambda_.registered import RegisteredFunction
from bus.local.lambda_.version_operations import VersionOperations
from bus.local.operations import Params
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates

_PROVISIONED = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions"


class VersionResources(VersionOperations):
    """AWS::Lambda::Version and AWS::Lambda::Alias, which AutoPublishAlias of a SAM function becomes."""

    functions: Functions

    @resource(
        "AWS::Lambda::Version",
        acts_on={"FunctionName", "Description", "CodeSha256", _PROVISIONED},
        inert={"RuntimePolicy": "functions run in this process"},
        replaced_by={"FunctionName", "Description", "CodeSha256", "ProvisionedConcurrencyConfig", "RuntimePolicy"},
    )
    def make_version(self, wanted: Resource) -> Deployed:
        """The function as it is now; the last version when nothing has changed since."""
        properties = wanted.properties
        asked = {name: properties[name] for name in ("Description", "CodeSha256") if name in properties}
        name = parse(properties["FunctionName"]).function
        published = self.publish_version({**asked, "FunctionName": name})
        number, arn = published["Version"], published["FunctionArn"]
        self._provide(self.functions.named(name), number, properties)
        return Deployed(arn, {"Version": number, "FunctionArn": arn})

    @updates("AWS::Lambda::Version")
    def update_version(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - every property replaces
        """A version never changes."""
        return made.deployed

    @removes("AWS::Lambda::Version")
    def remove_version(self, made: Made) -> None:
        name = parse(made.ref)
        function = self.functions.named(name.function)
        if name.qualifier in function.versions:
            self.functions.delete_version(function, name.qualifier)

    @resource(
        "AWS::Lambda::Alias",
        acts_on={
            "FunctionName",
            "FunctionVersion",
            "Name",
            "Description",
            "RoutingConfig.AdditionalVersionWeights",
            _PROVISIONED,
        },
        replaced_by={"FunctionName", "Name"},
    )
    def make_alias(self, wanted: Resource) -> Deployed:
        """A name for a version, or for two by weight."""
        asked = _asked(wanted.properties)
        arn = self.create_alias(asked)["AliasArn"]
        self._provide(self.functions.named(asked["FunctionName"]), asked["Name"], wanted.properties)
        return Deployed(arn, {"AliasArn": arn})

    @updates("AWS::Lambda::Alias")
    def change_alias(self, wanted: Resource, made: Made) -> Deployed:
        """What is no longer said goes back to its default: no weights, no description."""
        asked = _asked(wanted.properties)
        self.update_alias({"Description": "", "RoutingConfig": {}, **asked})
        function = self.functions.named(asked["FunctionName"])
        function.provisioned.pop(asked["Name"], None)
        function.share.provisioned.pop(asked["Name"], None)
        self._provide(function, asked["Name"], wanted.properties)
        return made.deployed

    @removes("AWS::Lambda::Alias")
    def remove_alias(self, made: Made) -> None:
        self.delete_alias({"FunctionName": parse(made.ref).function, "Name": made.properties["Name"]})

    def _provide(self, function: RegisteredFunction, qualifier: str, properties: Mapping[str, Any]) -> None:
        amount = properties.get("ProvisionedConcurrencyConfig", {}).get("ProvisionedConcurrentExecutions")
        if amount is not None:
            provision(self.functions, function, qualifier, int(amount))


def _asked(properties: Mapping[str, Any]) -> Params:
    """The parameters of CreateAlias that say the same."""
    same = ("FunctionVersion", "Name", "Description")
    asked = {name: str(properties[name]) for name in same if name in properties}
    asked["FunctionName"] = parse(properties["FunctionName"]).function
    weights = properties.get("RoutingConfig", {}).get("AdditionalVersionWeights", ())
    routing = {str(each["FunctionVersion"]): float(each["FunctionWeight"]) for each in weights}
    return {**asked, "RoutingConfig": {"AdditionalVersionWeights": routing}} if routing else asked

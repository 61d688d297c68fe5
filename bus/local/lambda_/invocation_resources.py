"""The CloudFormation resources of a function's invocations: how they are retried, and who may ask for them."""

from bus.local.lambda_.functions import LATEST, Functions
from bus.local.lambda_.invoke_config_operations import configure
from bus.local.lambda_.policy_operations import STATEMENT, add_statement, remove_statement
from bus.local.resources import Deployed, Made, Resource, removes, resource, updates

_INTEGERS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
_LONGEST_ID = 100
_ALLOWED = STATEMENT - {"StatementId"}


class InvocationResources:
    """AWS::Lambda::EventInvokeConfig and AWS::Lambda::Permission."""

    functions: Functions

    @resource(
        "AWS::Lambda::EventInvokeConfig",
        acts_on={
            "FunctionName",
            "Qualifier",
            "MaximumRetryAttempts",
            "MaximumEventAgeInSeconds",
            "DestinationConfig.OnFailure.Destination",
            "DestinationConfig.OnSuccess.Destination",
        },
        replaced_by={"FunctionName", "Qualifier"},
    )
    def make_invoke_config(self, wanted: Resource) -> Deployed:
        """How asynchronous invocations of a function are retried, and who is told of their end."""
        self._configure(wanted)
        return Deployed(f"{wanted.stack}-{wanted.logical_id}")

    @updates("AWS::Lambda::EventInvokeConfig")
    def change_invoke_config(self, wanted: Resource, made: Made) -> Deployed:
        self._configure(wanted)
        return made.deployed

    @removes("AWS::Lambda::EventInvokeConfig")
    def remove_invoke_config(self, made: Made) -> None:
        name, qualifier = made.properties["FunctionName"], made.properties.get("Qualifier", LATEST)
        self.functions.get(name, qualifier).registered.invoke_configs.pop(qualifier, None)

    @resource(
        "AWS::Lambda::Permission",
        acts_on={"FunctionName", *_ALLOWED},
        replaced_by={"FunctionName", *_ALLOWED},
    )
    def make_permission(self, wanted: Resource) -> Deployed:
        """A statement of the policy of a function, which must exist."""
        name = wanted.name[-_LONGEST_ID:].lstrip("-")
        add_statement(self.functions.get(wanted.properties["FunctionName"]), {**wanted.properties, "StatementId": name})
        return Deployed(name, {"Id": name})

    @updates("AWS::Lambda::Permission")
    def update_permission(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - every property replaces
        return made.deployed

    @removes("AWS::Lambda::Permission")
    def remove_permission_statement(self, made: Made) -> None:
        remove_statement(self.functions.get(made.properties["FunctionName"]), made.ref)

    def _configure(self, wanted: Resource) -> None:
        given = {
            **wanted.properties,
            **{name: int(wanted.properties[name]) for name in _INTEGERS if name in wanted.properties},
        }
        found = self.functions.get(given["FunctionName"], given.get("Qualifier", LATEST))
        configure(self.functions, found, {}, given)

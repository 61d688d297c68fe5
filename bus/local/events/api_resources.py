"""AWS::Events::Connection and AWS::Events::ApiDestination."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import OperationError
from bus.local.events.api_destination_operations import ApiDestinationOperations
from bus.local.resources import UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates

_LISTS = ("HeaderParameters", "QueryStringParameters", "BodyParameters")
_AUTH = {
    "BasicAuthParameters.Username",
    "BasicAuthParameters.Password",
    "ApiKeyAuthParameters.ApiKeyName",
    "ApiKeyAuthParameters.ApiKeyValue",
    "OAuthParameters.ClientParameters.ClientID",
    "OAuthParameters.ClientParameters.ClientSecret",
    "OAuthParameters.AuthorizationEndpoint",
    "OAuthParameters.HttpMethod",
    *(f"OAuthParameters.OAuthHttpParameters.{name}" for name in _LISTS),
    *(f"InvocationHttpParameters.{name}" for name in _LISTS),
}
_CONNECTION = ("Description", "AuthorizationType", "AuthParameters")
_DESTINATION = ("ConnectionArn", "InvocationEndpoint", "HttpMethod")


class ApiResources(ApiDestinationOperations):
    """Makes resources by the operations that an SDK would call."""

    @resource(
        "AWS::Events::Connection",
        acts_on={"Name", "Description", "AuthorizationType", *(f"AuthParameters.{name}" for name in _AUTH)},
        inert={"KmsKeyIdentifier": UNENCRYPTED},
        replaced_by={"Name"},
    )
    def make_connection(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("Name", wanted.name[-64:])
        self.create_connection({"Name": name, **_given(wanted.properties, _CONNECTION)})
        return self._deployed_connection(name)

    @updates("AWS::Events::Connection")
    def update_made_connection(self, wanted: Resource, made: Made) -> Deployed:
        # What a template leaves out goes back to its default, where UpdateConnection would keep it.
        connection = self.connections[made.ref]
        before = connection.parameters
        if wanted.properties.get("AuthParameters") != made.properties.get("AuthParameters"):
            connection.parameters = {}
        try:
            self.update_connection({"Name": made.ref, **_given(wanted.properties, _CONNECTION)})
        except OperationError:
            connection.parameters = before
            raise
        connection.description = wanted.properties.get("Description")
        return self._deployed_connection(made.ref)

    @removes("AWS::Events::Connection")
    def remove_connection(self, made: Made) -> None:
        if made.ref in self.connections:
            self.drop_connection(made.ref)

    def _deployed_connection(self, name: str) -> Deployed:
        connection = self.connections[name]
        return Deployed(
            name,
            {"Arn": connection.arn, "ArnForPolicy": _for_policy(connection.arn), "SecretArn": connection.secret_arn},
        )

    @resource(
        "AWS::Events::ApiDestination",
        acts_on={"Name", "Description", *_DESTINATION, "InvocationRateLimitPerSecond"},
        replaced_by={"Name"},
    )
    def make_api_destination(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("Name", wanted.name[-64:])
        self.create_api_destination({"Name": name, **_destination(wanted.properties)})
        return self._deployed_destination(name)

    @updates("AWS::Events::ApiDestination")
    def update_made_api_destination(self, wanted: Resource, made: Made) -> Deployed:
        destination = self.api_destinations[made.ref]
        self.update_api_destination({"Name": made.ref, **_destination(wanted.properties)})
        destination.description = wanted.properties.get("Description")
        if "InvocationRateLimitPerSecond" not in wanted.properties:
            destination.limit(None)
        return self._deployed_destination(made.ref)

    @removes("AWS::Events::ApiDestination")
    def remove_api_destination(self, made: Made) -> None:
        self.api_destinations.pop(made.ref, None)

    def _deployed_destination(self, name: str) -> Deployed:
        arn = self.api_destinations[name].arn
        return Deployed(name, {"Arn": arn, "ArnForPolicy": _for_policy(arn)})


def _destination(properties: Mapping[str, Any]) -> dict[str, Any]:
    given = _given(properties, ("Description", *_DESTINATION))
    rate = properties.get("InvocationRateLimitPerSecond")
    return given if rate is None else {**given, "InvocationRateLimitPerSecond": int(rate)}


def _given(properties: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _for_policy(arn: str) -> str:
    """The ARN without the id at its end, as IAM policies name it."""
    return arn.rpartition("/")[0]

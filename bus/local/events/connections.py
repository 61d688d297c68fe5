"""Connections: how EventBridge authorises itself at an HTTP endpoint, and what of that it shows.

User guide, "Connections for endpoint targets"; API reference, CreateConnection, DescribeConnection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bus.local.events.errors import validation
from bus.local.events.oauth import Token
from bus.local.later import Later
from bus.local.operations import only

# The parameters that each type of authorisation has, and what of them is never shown again.
PARAMETERS = {
    "BASIC": "BasicAuthParameters",
    "API_KEY": "ApiKeyAuthParameters",
    "OAUTH_CLIENT_CREDENTIALS": "OAuthParameters",
}
_HIDDEN = frozenset({"Password", "ApiKeyValue", "ClientSecret"})


@dataclass
class Connection:
    """A connection; `authorized` is the last time its parameters did authorise. `token` is of OAuth alone.

    `asking` is everybody who waits for a token that is being fetched; None while none is.
    """

    name: str
    arn: str
    authorization: str
    parameters: dict[str, Any]
    secret_arn: str
    created: datetime
    modified: datetime
    description: str | None = None
    key: str | None = None
    state: str = "AUTHORIZED"
    reason: str | None = None
    authorized: datetime | None = None
    token: Token | None = None
    asking: list[Later[Token]] | None = None

    @property
    def usable(self) -> bool:
        return self.state == "AUTHORIZED"

    def authorize_by(self, authorization: str, parameters: dict[str, Any]) -> None:
        """Take on other parameters; what was fetched by those before, or still is, counts no longer."""
        self.authorization, self.parameters, self.token, self.asking = authorization, parameters, None, None

    def invocation(self, kind: str) -> dict[str, str]:
        """What every invocation carries besides: "HeaderParameters", "QueryStringParameters", "BodyParameters"."""
        return http_parameters(self.parameters.get("InvocationHttpParameters"), kind)

    def answered(self) -> dict[str, Any]:
        """As the operations that change it answer."""
        return _given(
            ConnectionArn=self.arn,
            ConnectionState=self.state,
            CreationTime=self.created,
            LastModifiedTime=self.modified,
            LastAuthorizedTime=self.authorized,
        )

    def summary(self) -> dict[str, Any]:
        """As ListConnections shows it."""
        more = {"Name": self.name, "AuthorizationType": self.authorization}
        return {**self.answered(), **more, **_given(StateReason=self.reason)}

    def described(self) -> dict[str, Any]:
        """As DescribeConnection shows it, without what is secret."""
        shown = _given(Description=self.description, SecretArn=self.secret_arn, KmsKeyIdentifier=self.key)
        return {**self.summary(), **shown, "AuthParameters": _shown(self.parameters)}


def http_parameters(given: Mapping[str, Any] | None, kind: str) -> dict[str, str]:
    """The parameters of one kind, by key."""
    return {each["Key"]: each.get("Value", "") for each in (given or {}).get(kind) or ()}


def check_parameters(authorization: str, given: Mapping[str, Any]) -> None:
    """Raises ValidationException: "only authorization parameters for the AuthorizationType you specify".

    Raises UnsupportedOperationError for a private endpoint.
    """
    # Private authorization endpoints are reached through VPC Lattice, which the plane has nothing of.
    only("events:CreateConnection AuthParameters", given, (*PARAMETERS.values(), "InvocationHttpParameters"))
    wanted = PARAMETERS[authorization]
    if not given.get(wanted):
        raise validation(f"Parameter {wanted} must be specified for the authorization type {authorization}.")
    for other in PARAMETERS.values():
        if other != wanted and given.get(other):
            raise validation(f"Parameter {other} is not valid for the authorization type {authorization}.")


def _shown(value: Any) -> Any:
    """Parameters without their secrets; the value of an HTTP parameter is one unless it is said not to be."""
    if isinstance(value, Mapping):
        hidden = _HIDDEN | ({"Value"} if "Key" in value and value.get("IsValueSecret", True) else frozenset())
        shown = {name: _shown(each) for name, each in value.items() if name not in hidden}
        return shown | ({"IsValueSecret": value.get("IsValueSecret", True)} if "Key" in value else {})
    return [_shown(each) for each in value] if isinstance(value, list) else value


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}

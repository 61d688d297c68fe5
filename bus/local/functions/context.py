"""What a handler is given beside its event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CognitoIdentity:
    """Who called, if that is a mobile application's user: here nobody ever is."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """The mobile application that called, as its client context describes it."""

    installation_id: str | None = None
    app_title: str | None = None
    app_version_name: str | None = None
    app_version_code: str | None = None
    app_package_name: str | None = None


@dataclass(frozen=True, slots=True)
class ClientContext:
    """What the caller said of itself (Invoke's ClientContext)."""

    client: Client
    custom: Mapping[str, Any] | None = None
    env: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "ClientContext":
        """The context of the JSON object that Invoke was given; as in awslambdaric, unknown members are left out."""
        client = given.get("client")
        client = {name: client.get(name) if isinstance(client, Mapping) else None for name in Client.__slots__}
        return cls(Client(**client), given.get("custom"), given.get("env"))


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object (Lambda developer guide, "Using the Lambda context object to retrieve Python function
    information").
    """

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    remaining_seconds: Callable[[], float]
    function_version: str = "$LATEST"
    identity: CognitoIdentity = field(default_factory=CognitoIdentity)
    client_context: ClientContext | None = None
    tenant_id: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout; only `time.sleep` spends them under the virtual clock."""
        return max(int(self.remaining_seconds() * 1000), 0)

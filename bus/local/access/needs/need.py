"""What a call needs to be allowed: an action on a resource, with the values of condition keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.access.directory import Directory
from bus.local.policies.request import ContextValue, Later

Params = Mapping[str, Any]
ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Need:
    """An action ("sqs:SendMessage") on a resource's ARN, "*" for what has none.

    `keys` are the values of the condition keys that are the service's own.
    """

    action: str
    resource: str = ANYTHING
    keys: Mapping[str, ContextValue | Later] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: an operation, its parameters in boto3's shapes, the directory, and the caller's ARN."""

    operation: str
    params: Params
    directory: Directory
    caller: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the plane's account and region."""
        return self.directory.arn(service, resource)

    def first(self, *names: str) -> tuple[str, Any] | None:
        """The first of these parameters that has a value, and the value."""
        for name in names:
            value = self.params.get(name)
            if value is not None and value not in ("", [], ()):
                return name, value
        return None

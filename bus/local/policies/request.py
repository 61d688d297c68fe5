"""Who asks for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ContextValue = str | list[str]


@dataclass(frozen=True)
class Caller:
    """A principal: its account, and every ARN it answers to (a role's session has the role's, and its own).

    A service that calls on its own behalf has its name in `service` ("events.amazonaws.com").
    """

    account: str
    arns: tuple[str, ...] = ()
    service: str | None = None

    @classmethod
    def root(cls, account: str) -> "Caller":
        """The account itself."""
        return cls(account, (f"arn:aws:iam::{account}:root",))


@dataclass(frozen=True)
class Request:
    """One call: `context` has the values of condition keys, such as "aws:SourceArn"; their case does not matter.

    Keys that every signed request has need not be in it (IAM user guide, "AWS global condition context keys").
    """

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)

    def values(self, key: str) -> list[str] | None:
        """What the context says of a condition key, None where it says nothing."""
        wanted = key.lower()
        for name, value in self.context.items():
            if name.lower() == wanted:
                return value if isinstance(value, list) else [value]
        known = self._of_every_request.get(wanted)
        return None if known is None else [known]

    @property
    def _of_every_request(self) -> dict[str, str]:
        caller = self.caller
        identity = {} if caller.service is not None else {"aws:principalaccount": caller.account}
        arn = {"aws:principalarn": caller.arns[0]} if caller.arns else {}
        return {"aws:securetransport": "true", **identity, **arn}

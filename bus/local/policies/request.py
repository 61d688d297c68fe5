"""Who asks for what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

ContextValue = str | list[str]
# A value that is only worked out when a policy asks for it; None when the request has none.
Later = Callable[[], ContextValue | None]


@dataclass(frozen=True)
class Caller:
    """A principal: its account, and every ARN it answers to (a role's session has the role's, and its own).

    A service that calls on its own behalf has its name in `service` ("events.amazonaws.com"). `keys` are the values
    of condition keys that belong to the principal, by their names in lower case: "aws:username", "aws:userid",
    "aws:principaltag/team".
    """

    account: str
    arns: tuple[str, ...] = ()
    service: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def root(cls, account: str) -> "Caller":
        """The account itself."""
        return cls(account, (f"arn:aws:iam::{account}:root",))


@dataclass(frozen=True)
class Request:
    """One call: `context` has the values of condition keys, such as "aws:SourceArn"; their case does not matter.

    A value may be a function, which is asked when a policy asks. Keys that every signed request has need not be in it
    (IAM user guide, "AWS global condition context keys"): the caller's own, and that it came from this very machine
    over a transport as safe as TLS.
    """

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, ContextValue | Later] = field(default_factory=dict)

    def values(self, key: str) -> list[str] | None:
        """What the context says of a condition key, None where it says nothing."""
        wanted = key.lower()
        for name, value in self.context.items():
            if name.lower() == wanted:
                given = value() if callable(value) else value
                return given if given is None or isinstance(given, list) else [given]
        known = self._of_every_request(wanted)
        return None if known is None else [known]

    def _of_every_request(self, key: str) -> str | None:
        caller = self.caller
        if key == "aws:principalaccount":
            return None if caller.service is not None else caller.account
        if key == "aws:principalarn":
            return caller.arns[0] if caller.arns else None
        return _CONNECTION.get(key) or caller.keys.get(key)


def keys_of_moment(now: datetime) -> dict[str, str]:
    """The condition keys that say when a request came; `now` is in UTC."""
    return {"aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "aws:EpochTime": str(int(now.timestamp()))}


_CONNECTION = {"aws:securetransport": "true", "aws:sourceip": "127.0.0.1"}

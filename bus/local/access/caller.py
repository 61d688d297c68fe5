"""Who makes a call."""

from dataclasses import dataclass
from enum import Enum

from bus.local.policies import Caller as Principal


class Kind(Enum):
    """What a caller is: the account itself, a user of it, a session of a role, or nobody that signed."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: `arn` as AWS writes it in messages, `name` of the user or role; `principal` is who it is to policies.

    `session_policies` are the documents that narrow a session, as JSON.
    """

    kind: Kind
    arn: str
    account: str
    access_key: str
    principal: Principal
    name: str = ""
    session_policies: tuple[str, ...] = ()

    @classmethod
    def root(cls, account: str, access_key: str = "") -> "Caller":
        """The account itself, which may do everything."""
        keys = {"aws:userid": account, "aws:principaltype": "Account"}
        arn = f"arn:aws:iam::{account}:root"
        return cls(Kind.ROOT, arn, account, access_key, Principal(account, (arn,), keys=keys))

    @classmethod
    def anonymous(cls) -> "Caller":
        """Whoever did not sign: of no account."""
        return cls(Kind.ANONYMOUS, "anonymous", "anonymous", "", Principal("anonymous"))

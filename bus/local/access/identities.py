"""Users and roles, and the policies that are theirs, as moto's IAM has them.

Policies are read anew at every call and parsed once per text, so a change of IAM counts from the next call on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends

from bus.local.access.caller import Caller, Kind
from bus.local.policies import Caller as Principal


@dataclass(frozen=True, slots=True)
class Documents:
    """What limits a caller, as JSON texts: its own policies, its permissions boundary, those of its session.

    `boundary` is None when it has none.
    """

    identity: tuple[str, ...] = ()
    boundary: str | None = None
    session: tuple[str, ...] = ()


class Identities:
    """The users and roles of an account."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._role_ids: dict[str, str] = {}

    @property
    def backend(self) -> Any:
        """IAM as moto has it; a restored snapshot replaces it."""
        return iam_backends[self._account]["aws"]

    def user(self, name: str, access_key: str) -> Caller | None:
        """A user as a caller; None when there is none."""
        user = self.backend.users.get(name)
        if user is None:
            return None
        keys = {
            "aws:username": user.name,
            "aws:userid": user.id,
            "aws:principaltype": "User",
            **_tags(user.tags),
        }
        return Caller(
            Kind.USER, user.arn, self._account, access_key, Principal(self._account, (user.arn,), keys=keys), user.name
        )

    def session(
        self, role_arn: str, session: str, access_key: str = "", policies: tuple[str, ...] = ()
    ) -> Caller | None:
        """A session of a role as a caller; None when there is no such role."""
        role = self.role(role_arn.rpartition("/")[2])
        if role is None or role.arn != role_arn:
            return None
        arn = f"arn:aws:sts::{self._account}:assumed-role/{role.name}/{session}"
        keys = {
            "aws:userid": f"{role.id}:{session}",
            "aws:principaltype": "AssumedRole",
            **_tags(role.tags),
        }
        principal = Principal(self._account, (role.arn, arn), keys=keys)
        return Caller(Kind.ROLE, arn, self._account, access_key, principal, role.name, policies)

    def role(self, name: str) -> Any | None:
        """The role of that name, as moto has it, whose own search looks at every role."""
        roles = self.backend.roles
        known = roles.get(self._role_ids.get(name, ""))
        if known is not None and known.name == name:
            return known
        for id_, role in roles.items():
            if role.name == name:
                self._role_ids[name] = id_
                return role
        return None

    def documents(self, caller: Caller) -> Documents:
        """The policies that say what a user or a session may do."""
        if caller.kind is Kind.USER:
            user = self.backend.users.get(caller.name)
            if user is None:
                return Documents()
            groups = [group for group in self.backend.groups.values() if user in group.users]
            return Documents((*_texts(user), *(text for group in groups for text in _texts(group))))
        role = self.role(caller.name)
        if role is None:
            return Documents()
        return Documents(tuple(_texts(role)), self._boundary(role), caller.session_policies)

    def _boundary(self, role: Any) -> str | None:
        arn = role.permissions_boundary_arn
        if not arn:
            return None
        policy = self.backend.managed_policies.get(arn)
        # A boundary that is no more allows nothing.
        return _NOTHING if policy is None else _document(policy)


_NOTHING = '{"Version": "2012-10-17", "Statement": []}'


def _texts(owner: Any) -> Iterable[str]:
    """Inline policies, then the managed ones' versions in force."""
    yield from owner.policies.values()
    for policy in owner.managed_policies.values():
        yield _document(policy)


def _document(policy: Any) -> str:
    for version in policy.versions:
        if version.version_id == policy.default_version_id:
            return str(version.document)
    return _NOTHING


def _tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {f"aws:principaltag/{tag['Key'].lower()}": tag["Value"] for tag in tags or ()}

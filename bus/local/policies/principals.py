"""The Principal element: whom a statement of a resource's policy is about.

IAM user guide, "AWS JSON policy elements: Principal".
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.request import Caller

_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class Naming(Enum):
    """How a statement names a caller.

    ITSELF: its user, its session, its service, or everybody. ROLE: the role of its session, so that what limits the
    session limits this too. ACCOUNT: all of its account, which leaves it to the account's own policies.
    """

    ITSELF = "itself"
    ROLE = "role"
    ACCOUNT = "account"


class Principals:
    """Those whom a Principal names, or, `negated`, does not."""

    def __init__(self, given: Any, where: str, *, negated: bool) -> None:
        """Raises MalformedPolicyError."""
        named = {"AWS": ["*"]} if given == "*" else given
        if not isinstance(named, Mapping):
            raise MalformedPolicyError(where, 'Principal is to be "*" or an object')
        for kind in named:
            if kind not in _KINDS:
                raise MalformedPolicyError(where, f"there are no principals of the kind {kind}")
        self._negated = negated
        self._accounts, self._services = _listed(named, "AWS"), _listed(named, "Service")
        self._providers = _listed(named, "Federated")

    def naming(self, caller: Caller) -> Naming | None:
        """How the caller is named; None when the statement is not about it."""
        if self._negated:
            return Naming.ITSELF if self._named(caller) is None else None
        return self._named(caller)

    def _named(self, caller: Caller) -> Naming | None:
        accounts = self._accounts
        if "*" in accounts or caller.service in self._services:
            return Naming.ITSELF
        if self._providers and caller.keys.get("aws:federatedprovider") in self._providers:
            return Naming.ITSELF
        if any(arn in accounts for arn in caller.arns[1:]):
            return Naming.ITSELF
        if caller.arns and caller.arns[0] in accounts:
            return Naming.ROLE if len(caller.arns) > 1 else Naming.ITSELF
        root = f"arn:aws:iam::{caller.account}:root"
        return Naming.ACCOUNT if caller.service is None and (caller.account in accounts or root in accounts) else None


def _listed(named: Mapping[str, Any], kind: str) -> frozenset[str]:
    given = named.get(kind, [])
    return frozenset(str(each) for each in given) if isinstance(given, list) else frozenset({str(given)})

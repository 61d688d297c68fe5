"""Whether a caller may do what a call needs, by every policy that has a say.

IAM user guide, "Policy evaluation logic": "How AWS enforcement code logic evaluates requests to allow or deny access"
and "Evaluating identity-based policies with resource-based policies". All is in one account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bus.local.access.caller import Caller, Kind
from bus.local.access.identities import Documents
from bus.local.policies import SILENT, Effect, Naming, Policy, Request, Verdict


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request is denied: the end of the sentence that says so, in AWS's words."""

    reason: str


class Judge:
    """Judges one request after another."""

    def decide(self, caller: Caller, request: Request, documents: Documents, resource: str | None) -> Denial | None:
        """None when the request is allowed. `resource` is the JSON of the resource's policy."""
        of_resource = SILENT if resource is None else parsed(resource, "resource").decide(request)
        allowed = of_resource.effect is Effect.ALLOW
        if caller.kind is Kind.ANONYMOUS:
            return None if allowed else _implicit("resource-based policy", request.action)
        identity = _together(documents.identity, request) if caller.kind is not Kind.ROOT else _ALL
        boundary = _together(() if documents.boundary is None else (documents.boundary,), request)
        session = _together(documents.session, request)
        if explicit := _explicit(identity, of_resource, boundary, session):
            return explicit
        if allowed and of_resource.naming is Naming.ITSELF:
            return None
        if not allowed and resource is not None and request.action.startswith("kms:"):
            # What a key's policy does not leave to the account's policies, they cannot allow (KMS developer guide,
            # "Key policies in AWS KMS").
            return _implicit("resource-based policy", request.action)
        by_role = allowed and of_resource.naming is Naming.ROLE
        needed = (
            (not by_role, identity, "identity-based policy"),
            (documents.boundary is not None, boundary, "permissions boundary"),
            (bool(documents.session), session, "session policy"),
        )
        for counts, verdict, kind in needed:
            if counts and verdict.effect is not Effect.ALLOW:
                return _implicit(kind, request.action)
        return None

    def may_assume(self, caller: Caller, request: Request, documents: Documents, trust: str) -> Denial | None:
        """The same for sts:AssumeRole, which the role's trust policy has to allow whatever others say.

        IAM user guide, "Granting a user permissions to switch roles": a trust policy that names the account leaves it
        to the account's own policies.
        """
        of_role = parsed(trust, "trust").decide(request)
        if of_role.effect is not Effect.ALLOW:
            return Denial("")
        if of_role.naming is Naming.ACCOUNT and caller.kind is not Kind.ROOT:
            return None if self.decide(caller, request, documents, None) is None else Denial("")
        identity = _together(documents.identity, request)
        return Denial("") if identity.effect is Effect.DENY else None


_ALL = Verdict(Effect.ALLOW)


@lru_cache(maxsize=4096)
def parsed(text: str, of: str) -> Policy:
    """The policy in `text`. Raises MalformedPolicyError and UnsupportedOperationError."""
    return Policy(text, of=of)


def _together(texts: Iterable[str], request: Request) -> Verdict:
    """What several policies say as one: a denial outweighs all that allow."""
    found = SILENT
    for text in texts:
        verdict = parsed(text, "identity").decide(request)
        if verdict.effect is Effect.DENY:
            return verdict
        if verdict.effect is Effect.ALLOW:
            found = verdict
    return found


def _explicit(identity: Verdict, resource: Verdict, boundary: Verdict, session: Verdict) -> Denial | None:
    kinds = (
        (identity, "an identity-based policy"),
        (resource, "a resource-based policy"),
        (boundary, "a permissions boundary"),
        (session, "a session policy"),
    )
    for verdict, kind in kinds:
        if verdict.effect is Effect.DENY:
            return Denial(f" with an explicit deny in {kind}")
    return None


def _implicit(kind: str, action: str) -> Denial:
    return Denial(f" because no {kind} allows the {action} action")

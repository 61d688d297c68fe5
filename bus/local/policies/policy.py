"""A policy: statements, and what they together say of a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.principals import Naming
from bus.local.policies.request import Request
from bus.local.policies.statement import Statement
from bus.local.policies.variables import VERSION

_STRENGTH = (Naming.ITSELF, Naming.ROLE, Naming.ACCOUNT)


class Effect(Enum):
    """What a policy says: it allows, it denies, or it says nothing, which denies unless another policy allows."""

    ALLOW = "Allow"
    DENY = "Deny"
    SILENT = "implicit deny"


@dataclass(frozen=True)
class Verdict:
    """What a policy says of a request, the statement that decided it, and how that one names the caller."""

    effect: Effect
    statement: Statement | None = None
    naming: Naming | None = None

    def permits(self, request: Request, owner: str) -> bool:
        """Whether the request is let through to a resource of the account `owner`.

        Within an account an identity's own policies may allow what the resource's policy is silent about, and are
        taken to; from outside, the resource's policy has to allow it itself (IAM user guide, "Cross-account policy
        evaluation logic").
        """
        if self.effect is Effect.SILENT:
            return request.caller.account == owner and request.caller.service is None
        return self.effect is Effect.ALLOW


SILENT = Verdict(Effect.SILENT)


class Policy:
    """A policy ready to judge requests.

    `of` is "resource", "identity" (its statements name no principals) or "trust" (a role's, whose statements name no
    resources).
    """

    def __init__(self, document: Mapping[str, Any] | str, *, of: str = "resource") -> None:
        """From JSON text, or parsed. Raises MalformedPolicyError and UnsupportedOperationError."""
        parsed = _parsed(document)
        statements = parsed.get("Statement", [])
        listed = statements if isinstance(statements, list) else [statements]
        # Without a version a policy is of 2008-10-17, which knows no variables.
        variables = parsed.get("Version") == VERSION
        self._statements = [
            Statement(_object(each, n), n, of=of, variables=variables) for n, each in enumerate(listed, 1)
        ]

    def decide(self, request: Request) -> Verdict:
        """One statement that denies outweighs all that allow; of these, the one that names the caller itself counts."""
        allowed: dict[Naming, Statement] = {}
        for statement in self._statements:
            naming = statement.applies(request)
            if naming is None:
                continue
            if statement.denies:
                return Verdict(Effect.DENY, statement, naming)
            allowed.setdefault(naming, statement)
        for naming in _STRENGTH:
            if naming in allowed:
                return Verdict(Effect.ALLOW, allowed[naming], naming)
        return SILENT


def _parsed(document: Mapping[str, Any] | str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
    except json.JSONDecodeError as error:
        raise MalformedPolicyError("policy", f"invalid JSON: {error}") from error
    return _object(parsed, 0)


def _object(value: Any, number: int) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedPolicyError(f"statement {number}" if number else "policy", "not an object")
    return value

"""A policy: statements, and what they together say of a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.request import Request
from bus.local.policies.statement import Statement


class Effect(Enum):
    """What a policy says: it allows, it denies, or it says nothing, which denies unless another policy allows."""

    ALLOW = "Allow"
    DENY = "Deny"
    SILENT = "implicit deny"


@dataclass(frozen=True)
class Verdict:
    """What a policy says of a request, and the statement that decided it."""

    effect: Effect
    statement: Statement | None = None

    def permits(self, request: Request, owner: str) -> bool:
        """Whether the request is let through to a resource of the account `owner`.

        Within an account an identity's own policies may allow what the resource's policy is silent about, and are
        taken to; from outside, the resource's policy has to allow it itself (IAM user guide, "Cross-account policy
        evaluation logic").
        """
        if self.effect is Effect.SILENT:
            return request.caller.account == owner and request.caller.service is None
        return self.effect is Effect.ALLOW


class Policy:
    """A resource policy ready to judge requests."""

    def __init__(self, document: Mapping[str, Any] | str) -> None:
        """From JSON text, or parsed. Raises MalformedPolicyError and UnsupportedOperationError."""
        statements = _parsed(document).get("Statement", [])
        listed = statements if isinstance(statements, list) else [statements]
        self._statements = [Statement(_object(each, n), n) for n, each in enumerate(listed, 1)]

    def decide(self, request: Request) -> Verdict:
        """One statement that denies outweighs all that allow."""
        allowed = None
        for statement in self._statements:
            if statement.applies(request):
                if statement.denies:
                    return Verdict(Effect.DENY, statement)
                allowed = allowed or statement
        return Verdict(Effect.SILENT) if allowed is None else Verdict(Effect.ALLOW, allowed)


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

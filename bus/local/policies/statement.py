"""One statement of a policy."""

from collections.abc import Callable, Mapping
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.policies.conditions import Condition, compile_conditions
from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.request import Caller, Request
from bus.local.policies.wildcards import like

_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


class Statement:
    """A statement ready to judge requests; `keys` are the condition keys it asks for, in lower case."""

    def __init__(self, document: Mapping[str, Any], number: int) -> None:
        """Raises MalformedPolicyError and UnsupportedOperationError."""
        self.sid: str | None = document.get("Sid")
        where = self.sid or f"statement {number}"
        for element in document:
            if element not in _ELEMENTS:
                raise MalformedPolicyError(where, f"the element {element} is not known")
        if document.get("Effect") not in ("Allow", "Deny"):
            raise MalformedPolicyError(where, "Effect is to be Allow or Deny")
        self.denies = document["Effect"] == "Deny"
        tests, self.keys = compile_conditions(document.get("Condition") or {}, where)
        self._tests: list[Condition] = [
            _principals(document, where),
            _texts(document, "Action", where, lambda request: request.action, ignore_case=True),
            _texts(document, "Resource", where, lambda request: request.resource),
            *tests,
        ]

    def applies(self, request: Request) -> bool:
        """Whether every element of the statement fits the request."""
        return all(test(request) for test in self._tests)


def _texts(
    document: Mapping[str, Any],
    element: str,
    where: str,
    of: Callable[[Request], str],
    *,
    ignore_case: bool = False,
) -> Condition:
    wanted, negated = _one_of(document, element, where)
    patterns = wanted if isinstance(wanted, list) else [wanted]
    if not all(isinstance(pattern, str) for pattern in patterns):
        raise MalformedPolicyError(where, f"{element} is to be a text, or a list of them")

    def test(request: Request) -> bool:
        given = of(request)
        return any(like(given, pattern, ignore_case=ignore_case) for pattern in patterns) is not negated

    return test


def _principals(document: Mapping[str, Any], where: str) -> Condition:
    wanted, negated = _one_of(document, "Principal", where)
    named = {"AWS": ["*"]} if wanted == "*" else wanted
    if not isinstance(named, Mapping):
        raise MalformedPolicyError(where, 'Principal is to be "*" or an object')
    for kind in named:
        if kind not in ("AWS", "Service"):
            raise UnsupportedOperationError(f"principals of the kind {kind}, in a policy's {where}")
    anyone = "*" in _listed(named, "AWS")
    accounts, services = _listed(named, "AWS"), _listed(named, "Service")

    def test(request: Request) -> bool:
        caller = request.caller
        known = anyone or any(_is(caller, each) for each in accounts) or caller.service in services
        return known is not negated

    return test


def _listed(named: Mapping[str, Any], kind: str) -> list[str]:
    given = named.get(kind, [])
    return [str(each) for each in given] if isinstance(given, list) else [str(given)]


def _is(caller: Caller, principal: str) -> bool:
    """An account's number and its root's ARN stand for all principals in it."""
    if principal in caller.arns:
        return True
    return caller.service is None and principal in (caller.account, f"arn:aws:iam::{caller.account}:root")


def _one_of(document: Mapping[str, Any], element: str, where: str) -> tuple[Any, bool]:
    """An element's value, and whether it is there in its negated form."""
    given = [name for name in (element, f"Not{element}") if name in document]
    if len(given) != 1:
        raise MalformedPolicyError(where, f"exactly one of {element} and Not{element} is to be given")
    return document[given[0]], given[0] != element

"""One statement of a policy."""

from collections.abc import Mapping
from typing import Any

from bus.local.policies.conditions import Condition, compile_conditions
from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.principals import Naming, Principals
from bus.local.policies.request import Request
from bus.local.policies.variables import escaped, has_variables, text_of
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
    """A statement ready to judge requests; `keys` are the condition keys it asks for, in lower case.

    `of` says what kind of policy it is in: see `Policy`.
    """

    def __init__(
        self, document: Mapping[str, Any], number: int, *, of: str = "resource", variables: bool = True
    ) -> None:
        """Raises MalformedPolicyError and UnsupportedOperationError."""
        self.sid: str | None = document.get("Sid")
        where = self.sid or f"statement {number}"
        for element in document:
            if element not in _ELEMENTS:
                raise MalformedPolicyError(where, f"the element {element} is not known")
        if document.get("Effect") not in ("Allow", "Deny"):
            raise MalformedPolicyError(where, "Effect is to be Allow or Deny")
        self.denies = document["Effect"] == "Deny"
        tests, self.keys = compile_conditions(document.get("Condition") or {}, where, variables=variables)
        self._principals = _principals(document, where, of)
        self._tests: list[Condition] = [
            _actions(document, where),
            *([] if of == "trust" else [_resources(document, where, variables=variables)]),
            *tests,
        ]

    def applies(self, request: Request) -> Naming | None:
        """How the statement names the caller, if every element of it fits the request; otherwise None."""
        naming = Naming.ITSELF if self._principals is None else self._principals.naming(request.caller)
        if naming is None:
            return None
        for test in self._tests:
            if not test(request):
                return None
        return naming


def _principals(document: Mapping[str, Any], where: str, of: str) -> Principals | None:
    if of == "identity":
        if "Principal" in document or "NotPrincipal" in document:
            raise MalformedPolicyError(where, "the policy of an identity has no Principal")
        return None
    given, negated = _one_of(document, "Principal", where)
    return Principals(given, where, negated=negated)


def _actions(document: Mapping[str, Any], where: str) -> Condition:
    patterns, negated = _patterns(document, "Action", where)
    return lambda request: any(like(request.action, each, ignore_case=True) for each in patterns) is not negated


def _resources(document: Mapping[str, Any], where: str, *, variables: bool) -> Condition:
    patterns, negated = _patterns(document, "Resource", where)
    fixed = [each for each in patterns if not (variables and has_variables(each))]
    filled = [text_of(each) for each in patterns if variables and has_variables(each)]

    def test(request: Request) -> bool:
        resource = request.resource
        found = any(like(resource, each) for each in fixed)
        if not found and filled:
            texts = (fill(request) for fill in filled)
            found = any(text is not None and like(escaped(resource), text) for text in texts)
        return found is not negated

    return test


def _patterns(document: Mapping[str, Any], element: str, where: str) -> tuple[list[str], bool]:
    wanted, negated = _one_of(document, element, where)
    patterns = wanted if isinstance(wanted, list) else [wanted]
    if not all(isinstance(pattern, str) for pattern in patterns):
        raise MalformedPolicyError(where, f"{element} is to be a text, or a list of them")
    return patterns, negated


def _one_of(document: Mapping[str, Any], element: str, where: str) -> tuple[Any, bool]:
    """An element's value, and whether it is there in its negated form."""
    given = [name for name in (element, f"Not{element}") if name in document]
    if len(given) != 1:
        raise MalformedPolicyError(where, f"exactly one of {element} and Not{element} is to be given")
    return document[given[0]], given[0] != element

"""Match expressions: from `{"prefix": "us-"}` to a test of one scalar value of an event."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from bus.patterns.dialects import Dialect
from bus.patterns.errors import InvalidPatternError
from bus.patterns.numbers import is_number, matches_numeric, within
from bus.patterns.wildcard import matches_wildcard

Test = Callable[[Any], bool]


def compile_expression(expression: dict[str, Any], dialect: Dialect) -> Test:
    """The test that a match expression stands for. Raises InvalidPatternError."""
    if not expression:
        raise InvalidPatternError("Match expression name not found")
    name, operand = next(iter(expression.items()))
    if name not in dialect.operators or name not in _OPERATORS:
        raise InvalidPatternError(f"Unrecognized match type {name}")
    if len(expression) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return _OPERATORS[name](operand, dialect)


def _on_text(test: Callable[[str], bool]) -> Test:
    return lambda value: isinstance(value, str) and test(value)


def _text(operand: object, name: str) -> str:
    if not isinstance(operand, str):
        raise InvalidPatternError(f"{name} match pattern must be a string")
    return operand


def _ignoring_case(operand: dict[str, Any], name: str, dialect: Dialect) -> str:
    """The lower-cased text of `{"equals-ignore-case": text}` within "prefix" or "suffix"."""
    if not dialect.affix_ignore_case:
        raise InvalidPatternError(f"{name} match pattern must be a string")
    if not operand:
        raise InvalidPatternError(f"{name.capitalize()} expression name not found")
    inner, text = next(iter(operand.items()))
    if inner != "equals-ignore-case":
        raise InvalidPatternError(f"Unsupported {name} pattern: {inner}")
    if len(operand) > 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    return _text(text, "equals-ignore-case").lower()


def _prefix(operand: object, dialect: Dialect) -> Test:
    if isinstance(operand, dict):
        folded = _ignoring_case(operand, "prefix", dialect)
        return _on_text(lambda value: value.lower().startswith(folded))
    text = _text(operand, "prefix")
    return _on_text(lambda value: value.startswith(text))


def _suffix(operand: object, dialect: Dialect) -> Test:
    if isinstance(operand, dict):
        folded = _ignoring_case(operand, "suffix", dialect)
        return _on_text(lambda value: value.lower().endswith(folded))
    text = _text(operand, "suffix")
    return _on_text(lambda value: value.endswith(text))


def _equals_ignore_case(operand: object, _: Dialect) -> Test:
    folded = _text(operand, "equals-ignore-case").lower()
    return _on_text(lambda value: value.lower() == folded)


def _wildcard(operand: object, _: Dialect) -> Test:
    return _on_text(matches_wildcard(_text(operand, "wildcard")))


def _numeric(operand: object, dialect: Dialect) -> Test:
    return matches_numeric(operand, dialect.number_limit)


def _cidr(operand: object, _: Dialect) -> Test:
    network = _network(_text(operand, "prefix"))  # AWS says "prefix" here too

    def within_network(value: str) -> bool:
        try:
            return ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return _on_text(within_network)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    address, slash, bits = text.partition("/")
    if not slash or "/" in bits:
        raise InvalidPatternError("Malformed CIDR, one '/' required")
    if not bits.removeprefix("-").isdecimal():
        raise InvalidPatternError("Malformed CIDR, mask bits must be an integer")
    if bits.startswith("-"):
        raise InvalidPatternError("Malformed CIDR, mask bits must not be negative")
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise InvalidPatternError(f"Nonstandard IP address: {address}") from None
    most = ipaddress.IPV4LENGTH if version == 4 else ipaddress.IPV6LENGTH  # noqa: PLR2004 - IP's own number
    if int(bits) > most:
        raise InvalidPatternError(f"IPv{version} mask bits must be < {most + 1}")
    return ipaddress.ip_network(text, strict=False)


def _anything_but(operand: object, dialect: Dialect) -> Test:
    if isinstance(operand, dict):
        return _none_of(_inner_tests(operand, dialect))
    values = operand if isinstance(operand, list) else [operand]
    if not isinstance(operand, list) and not (isinstance(operand, str) or is_number(operand)):
        raise InvalidPatternError("Value of anything-but must be an array or single string/number value.")
    if not all(isinstance(value, str) or is_number(value) for value in values):
        raise InvalidPatternError("Inside anything but list, start|null|boolean is not supported.")
    if len({isinstance(value, str) for value in values}) != 1:
        raise InvalidPatternError(
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        )
    if is_number(values[0]):
        numbers = frozenset(within(value, dialect.number_limit) for value in values if is_number(value))
        return lambda value: not (is_number(value) and value in numbers)
    texts = frozenset(values)
    return lambda value: value not in texts


def _inner_tests(operand: dict[str, Any], dialect: Dialect) -> Iterable[Test]:
    if not operand:
        raise InvalidPatternError("Anything-But expression name not found")
    name, texts = next(iter(operand.items()))
    if name not in dialect.anything_but:
        raise InvalidPatternError(f"Unsupported anything-but pattern: {name}")
    if len(operand) > 1:
        raise InvalidPatternError("Too many elements in numeric expression")  # AWS's words, whatever the operator
    return [_inner_test(name, text, dialect) for text in (texts if isinstance(texts, list) else [texts])]


def _inner_test(name: str, text: object, dialect: Dialect) -> Test:
    if not isinstance(text, str):
        raise InvalidPatternError(_NOT_TEXT[name])
    if not text and name in ("prefix", "suffix"):
        raise InvalidPatternError("Null prefix/suffix not allowed")
    return _OPERATORS[name](text, dialect)


_NOT_TEXT = {
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
    "wildcard": "wildcard match pattern must be a string",
    "equals-ignore-case": ("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."),
}


def _none_of(tests: Iterable[Test]) -> Test:
    tests = tuple(tests)
    if len(tests) == 1:
        test = tests[0]
        return lambda value: not test(value)
    return lambda value: not any(test(value) for test in tests)


_OPERATORS: dict[str, Callable[[Any, Dialect], Test]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
}

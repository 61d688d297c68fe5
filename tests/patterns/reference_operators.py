"""What each operator of a pattern says of one scalar; the other half of the reference matcher.

Text, numbers, booleans and null are four kinds. A value, and each operator but "exists" and
"anything-but", accepts its own kind only: `1` is not `"1"`, nor `true`.
"""

import re
from ipaddress import IPv4Address, IPv6Address
from operator import eq, ge, gt, le, lt
from typing import Any

Scalar = str | int | float | bool | None

LIMIT = 5e9  # "numeric" sees no number beyond it, on either side
SIGNS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


def accepts(alternatives: list[Any], value: Scalar) -> bool:
    """Whether one of a field's alternatives accepts the value."""
    return any(_accepts(alternative, value) for alternative in alternatives)


def _accepts(alternative: Any, value: Scalar) -> bool:
    if not isinstance(alternative, dict):
        return same(alternative, value) or _same_address(alternative, value)
    ((name, operand),) = alternative.items()
    match name:
        case "exists":
            return bool(operand)  # false is about values that are not there
        case "anything-but":
            return not _any_of(operand, value)
        case "numeric":
            return _kind(value) is float and -LIMIT <= value <= LIMIT and _compares(operand, value)
        case "cidr":
            return isinstance(value, str) and _in_network(operand, value)
    return isinstance(value, str) and _accepts_text(name, operand, value)


def same(one: Scalar, other: Scalar) -> bool:
    """Numbers are the same when their values are: 300, 300.0 and 3e2."""
    return _kind(one) is _kind(other) and one == other


def _kind(value: Scalar) -> type:
    return float if type(value) is int else type(value)


def _any_of(operand: Any, value: Scalar) -> bool:
    """Whether the value is one of those that "anything-but" excludes."""
    if isinstance(operand, dict):
        ((name, texts),) = operand.items()
        return isinstance(value, str) and any(_accepts_text(name, text, value) for text in _listed(texts))
    return any(same(excluded, value) for excluded in _listed(operand))


def _listed(operand: Any) -> list[Any]:
    return operand if isinstance(operand, list) else [operand]


def _accepts_text(name: str, operand: Any, value: str) -> bool:  # noqa: PLR0911 - one for each operator
    ignoring_case = isinstance(operand, dict)
    wanted = operand["equals-ignore-case"] if ignoring_case else operand
    match name:
        case "prefix" if ignoring_case:
            return any(_equals_ignoring_case(wanted, value[:end]) for end in range(len(value) + 1))
        case "prefix":
            return value.startswith(wanted)
        case "suffix" if ignoring_case:
            return any(_equals_ignoring_case(wanted, value[start:]) for start in range(len(value) + 1))
        case "suffix":
            return value.endswith(wanted)
        case "exactly":
            return value == wanted
        case "equals-ignore-case":
            return _equals_ignoring_case(wanted, value)
        case "wildcard":
            return _wildcard(wanted, value)
    raise NotImplementedError(name)


def _equals_ignoring_case(wanted: str, value: str) -> bool:
    """Each character of the pattern, and never of the value, may be in upper or in lower case.

    So "ß" accepts "SS", and "ss" does not accept "ß"; some are longer in one case than in the other.
    """
    if not wanted:
        return not value
    return any(
        value.startswith(cased) and _equals_ignoring_case(wanted[1:], value[len(cased) :])
        for cased in {wanted[0].lower(), wanted[0].upper()}
    )


def _wildcard(wanted: str, value: str) -> bool:
    r"""`*` stands for any text; `\*` and `\\` for themselves."""
    if not wanted:
        return not value
    if wanted[0] == "*":
        return any(_wildcard(wanted[1:], value[start:]) for start in range(len(value) + 1))
    length = 2 if wanted[0] == "\\" else 1
    return value[:1] == wanted[length - 1] and _wildcard(wanted[length:], value[1:])


def _compares(comparisons: list[Any], value: float) -> bool:
    pairs = zip(comparisons[::2], comparisons[1::2], strict=True)
    return all(SIGNS[sign](value, bound) for sign, bound in pairs)


def _in_network(network: str, value: str) -> bool:
    """The first bits are those of the network's address; its other bits do not matter."""
    literal, _, bits = network.partition("/")
    base, found = _address(literal), _address(value)
    if base is None or found is None or base.version != found.version:
        return False
    others = base.max_prefixlen - int(bits)
    return int(base) >> others == int(found) >> others


def _same_address(wanted: Scalar, value: Scalar) -> bool:
    """A text that is an address accepts every way of writing it."""
    if not (isinstance(wanted, str) and isinstance(value, str)):
        return False
    address = _address(wanted)
    return address is not None and address == _address(value)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as Java reads it: octets are decimal despite leading zeros, and ::ffff:a00:1 is 10.0.0.1.

    event-ruler takes no IPv6 address with dots for one, nor one with a zone.
    """
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text):
        octets = [int(octet) for octet in text.split(".")]
        return IPv4Address(bytes(octets)) if max(octets) <= 255 and len(text) <= 15 else None
    if not re.fullmatch(r"[0-9a-fA-F:]+", text):
        return None
    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address

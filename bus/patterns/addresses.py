"""The `cidr` operator, and addresses in general: IPv4 and IPv6 literals as numbers."""

import ipaddress
import re

from bus.patterns.refusal import Moment, RefusedError
from bus.patterns.terms import Cidr

_BITS = {4: ipaddress.IPV4LENGTH, 6: ipaddress.IPV6LENGTH}
_MAPPED = 0xFFFF  # the upper 96 bits of an IPv4 address written as an IPv6 one

# event-ruler, Constants: what it takes for an address at all. An IPv6 address with an IPv4 tail is not among it.
_ADDRESS = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)|[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_LONGEST_V4 = 15
_INTEGER = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 10  # those of Java's int


def address(text: str) -> tuple[int, int] | None:
    """The IP version and the number of an address literal, as event-ruler reads it; None when `text` is none.

    Octets are decimal, whatever zeros they begin with, and an IPv4 address written as an IPv6 one is an IPv4 address.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    if found[1] is not None:
        return _v4(text, found)
    try:
        number = int(ipaddress.IPv6Address(text))
    except ValueError:
        return None
    return (4, number & 0xFFFFFFFF) if number >> 32 == _MAPPED else (6, number)


def _v4(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    if len(text) > _LONGEST_V4:
        return None
    a, b, c, d = map(int, found.groups())
    if max(a, b, c, d) > 255:  # noqa: PLR2004 - an octet's largest value
        return None
    return 4, a << 24 | b << 16 | c << 8 | d


def same_address(text: str) -> Cidr | None:
    """The range of one address; None when `text` is none. Exact texts are compared as addresses where they are some."""
    found = address(text)
    return Cidr(text, found[0], found[1], found[1]) if found else None


def cidr(text: str) -> Cidr:
    """The range of `"10.0.0.0/24"`. Raises RefusedError in the order of event-ruler's CIDR.cidr."""
    parts = text.split("/")
    while parts and not parts[-1]:  # as Java splits
        parts.pop()
    if len(parts) != 2:  # noqa: PLR2004 - address and bits
        raise _refused("Malformed CIDR, one '/' required")
    literal, bits = parts[0], _bits(parts[1])
    found = address(literal)
    if found is None:
        looks = "Invalid" if _ADDRESS.fullmatch(literal) else "Nonstandard"
        raise _refused(f"{looks} IP address: {literal}")
    version, number = found
    most = _BITS[version]
    if bits >= most:
        raise _refused(f"IPv{version} mask bits must be < {most}")
    host = (1 << (most - bits)) - 1
    return Cidr(text, version, number & ~host, number | host)


def _bits(text: str) -> int:
    digits = text.lstrip("+-").lstrip("0")
    if not _INTEGER.fullmatch(text) or len(digits) > _MOST_DIGITS or not -(2**31) <= int(text) < 2**31:
        raise _refused("Malformed CIDR, mask bits must be an integer")
    if int(text) < 0:
        raise _refused("Malformed CIDR, mask bits must not be negative")
    return int(text)


def _refused(reason: str) -> RefusedError:
    return RefusedError(reason, moment=Moment.READ, locations=0)

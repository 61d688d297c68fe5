"""The `cidr` operator, and addresses in general: IPv4 and IPv6 literals as numbers."""

import ipaddress

from bus.patterns.errors import InvalidPatternError
from bus.patterns.terms import Cidr

_BITS = {4: ipaddress.IPV4LENGTH, 6: ipaddress.IPV6LENGTH}


def address(text: str) -> tuple[int, int] | None:
    """The IP version and the number of an address literal; None when `text` is none."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return parsed.version, int(parsed)


def cidr(text: str) -> Cidr:
    """The range of `"10.0.0.0/24"`. Raises InvalidPatternError."""
    literal, slash, bits = text.partition("/")
    if not slash or "/" in bits:
        raise InvalidPatternError("Malformed CIDR, one '/' required")
    if not bits.removeprefix("-").isdecimal():
        raise InvalidPatternError("Malformed CIDR, mask bits must be an integer")
    if bits.startswith("-"):
        raise InvalidPatternError("Malformed CIDR, mask bits must not be negative")
    found = address(literal)
    if found is None:
        raise InvalidPatternError(f"Nonstandard IP address: {literal}")
    version, number = found
    most = _BITS[version]
    if int(bits) > most:
        raise InvalidPatternError(f"IPv{version} mask bits must be < {most + 1}")
    host = (1 << (most - int(bits))) - 1
    return Cidr(text, version, number & ~host, number | host)

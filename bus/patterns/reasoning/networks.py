"""Networks as texts. An address has many ways of writing: octets may begin with zeros, groups may be left out.

IPv4 literals are a language of their own. IPv6 literals are one language for all addresses, and
which of them lie in which networks is a question about numbers; IPv4 addresses lie among them.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from bus.patterns.addresses import address
from bus.patterns.reasoning.charsets import EVERY
from bus.patterns.reasoning.expressions import Chain, Either, Expression, One, Repeated, literal, one_of
from bus.patterns.terms import Cidr

V4 = 4
V6_LITERALS = "^[0-9a-fA-F:]*:[0-9a-fA-F:]*$"
SHORT_ENOUGH = Repeated(One(EVERY), 0, 15)  # an IPv4 literal has as many characters at most
_V6_ADDRESSES = 1 << 128
_MAPPED = 0xFFFF << 32  # where the IPv4 addresses lie among the IPv6 ones


def _digit(low: str, high: str) -> One:
    return One(((ord(low), ord(high)),))


_OCTET = Either(
    (
        _digit("0", "9"),
        Chain((_digit("1", "9"), _digit("0", "9"))),
        Chain((literal("1"), _digit("0", "9"), _digit("0", "9"))),
        Chain((literal("2"), _digit("0", "4"), _digit("0", "9"))),
        Chain((literal("25"), _digit("0", "5"))),
    )
)


def v4_literals(network: Cidr) -> Expression:
    """The IPv4 literals of a network, of any length: each octet is free, fixed, or within a range."""
    octets = zip(network.low.to_bytes(4, "big"), network.high.to_bytes(4, "big"), strict=True)
    parts: list[Expression] = []
    for low, high in octets:
        octet = _OCTET if (low, high) == (0, 255) else one_of(map(str, range(low, high + 1)))
        parts += [literal("."), Repeated(literal("0"), 0, None), octet]
    return Chain(tuple(parts[1:]))


@dataclass(frozen=True, slots=True)
class Region:
    """An IPv6 address that stands for all that lie in the same networks; `meaning` is its version and number."""

    number: int
    meaning: tuple[int, int] | None

    def lies_in(self, network: Cidr) -> bool:
        """Whether the region is part of a network."""
        meaning = self.meaning
        return meaning is not None and meaning[0] == network.version and network.low <= meaning[1] <= network.high


def regions(networks: Iterable[Cidr]) -> list[Region]:
    """The regions that `networks` tell apart."""
    starts = {0, _MAPPED, _MAPPED + (1 << 32)}
    for network in networks:
        offset = _MAPPED if network.version == V4 else 0
        starts |= {offset + network.low, offset + network.high + 1}
    return [Region(start, address(written(start)[0])) for start in sorted(starts) if start < _V6_ADDRESSES]


def first_literals(network: Cidr) -> list[str]:
    """Addresses of a network as one writes them."""
    kind = ipaddress.IPv4Address if network.version == V4 else ipaddress.IPv6Address
    return [str(kind(number)) for number in (network.low, network.high)]


def written(number: int) -> list[str]:
    """An IPv6 address in the ways that people write it."""
    found = ipaddress.IPv6Address(number)
    whole = ":".join(f"{int(group, 16):x}" for group in found.exploded.split(":"))
    return [whole, found.compressed, found.exploded, found.compressed.upper(), whole.upper()]

"""Private keys of a given source of chance: what OpenSSL makes is another key each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import gcd, isqrt
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

_SIEVE = [number for number in range(3, 2000, 2) if all(number % least for least in range(3, isqrt(number) + 1, 2))]
_WITNESSES = (2, 3, 5, 7, 11, 13)


@contextmanager
def repeatable_keys(chance: Random) -> Iterator[None]:
    """Within the block, `cryptography` makes RSA and elliptic-curve keys from `chance`."""
    before = rsa.generate_private_key, ec.generate_private_key

    def of_primes(public_exponent: int, key_size: int, backend: Any = None) -> rsa.RSAPrivateKey:  # noqa: ARG001 - its signature
        return rsa_key(public_exponent, key_size, chance)

    def on_curve(curve: ec.EllipticCurve, backend: Any = None) -> ec.EllipticCurvePrivateKey:  # noqa: ARG001 - its signature
        return ec.derive_private_key(1 + chance.getrandbits(curve.key_size - 1), curve)

    rsa.generate_private_key, ec.generate_private_key = of_primes, on_curve
    try:
        yield
    finally:
        rsa.generate_private_key, ec.generate_private_key = before


def rsa_key(exponent: int, bits: int, chance: Random) -> rsa.RSAPrivateKey:
    """An RSA key of that size: a tenth of a second for 2,048 bits, one or two seconds for 4,096."""
    p, q = sorted((_prime(bits // 2, exponent, chance), _prime(bits // 2, exponent, chance)), reverse=True)
    secret = pow(exponent, -1, (p - 1) * (q - 1) // gcd(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    remainders = rsa.rsa_crt_dmp1(secret, p), rsa.rsa_crt_dmq1(secret, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, secret, *remainders, public).private_key()


def _prime(bits: int, exponent: int, chance: Random) -> int:
    """One whose two highest bits are set, so that the product of two has twice the bits."""
    while True:
        number = chance.getrandbits(bits) | 3 << (bits - 2) | 1
        if all(number % least for least in _SIEVE) and gcd(number - 1, exponent) == 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """Miller and Rabin's test: of random numbers of this size, practically none passes that is not prime."""
    twos = (number - 1 & 1 - number).bit_length() - 1
    for witness in _WITNESSES:
        powers = [pow(witness, (number - 1) >> twos, number)]
        for _ in range(twos):
            powers.append(powers[-1] * powers[-1] % number)
        if powers[-1] != 1 or any(after == 1 and before not in {1, number - 1} for before, after in pairwise(powers)):
            return False
    return True

"""The asymmetric keys of KMS as moto has them, made from a number, and not before somebody asks for one.

Moto makes an RSA key for every key of KMS, symmetric ones too: at random, and as an object that cannot be pickled.
"""

from functools import cache
from random import Random
from typing import Any

from moto.kms import models
from moto.kms.utils import AbstractPrivateKey, generate_private_key
from moto.moto_api._internal import mock_random  # moto's one source of randomness

from bus.local.stored.private_keys import repeatable_keys


class SeededKey(AbstractPrivateKey):
    """A key of a KeySpec that is the same for the same seed."""

    def __init__(self, spec: str, seed: int) -> None:
        self._spec, self._seed = spec, seed
        self._made: AbstractPrivateKey | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_made": None}

    def sign(self, message: bytes, signing_algorithm: str) -> bytes:
        return self._key.sign(message, signing_algorithm)

    def verify(self, message: bytes, signature: bytes, signing_algorithm: str) -> bool:
        return self._key.verify(message, signature, signing_algorithm)

    def public_key(self) -> bytes:
        return self._key.public_key()

    @property
    def _key(self) -> AbstractPrivateKey:
        if self._made is None:
            with repeatable_keys(Random(self._seed)):  # noqa: S311 - repeatable on purpose
                self._made = generate_private_key(self._spec)
        return self._made


@cache
def seed_kms() -> None:
    """Let moto make such keys from now on."""
    models.generate_private_key = _seeded  # type: ignore[attr-defined]  # an import of its own


def _seeded(key_spec: str) -> AbstractPrivateKey:
    return SeededKey(key_spec, mock_random.getrandbits(256))

"""The system's randomness while moto answers: moto's own, so that the same calls make the same again.

Most of what moto draws comes from its one seeded source. The ids of S3's multipart uploads, the keys of KMS and the
session tokens of STS come from `os.urandom`, as do the idempotency tokens that botocore adds to a call; private keys
come from OpenSSL.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from moto.moto_api._internal import mock_random  # moto's one source of randomness

Urandom = Callable[[int], bytes]
_MAKE_KEYS = frozenset({"acm", "acm-pca", "ec2", "iot"})


@contextmanager
def repeatable(service: str) -> Iterator[None]:
    """Within the block, in which moto does something for `service`, whatever is drawn comes from moto's source.

    Not what a module draws that is being imported: which modules a call imports depends on what the process did before.
    """
    before = os.urandom
    os.urandom = _drawing(before)
    try:
        with _keys(service):
            yield
    finally:
        os.urandom = before


def _keys(service: str) -> AbstractContextManager[None]:
    if service == "kms":
        from bus.local.stored.kms_keys import seed_kms  # noqa: PLC0415 - only KMS pays for loading it

        seed_kms()
    elif service in _MAKE_KEYS:
        from bus.local.stored.private_keys import repeatable_keys  # noqa: PLC0415 - as above

        return repeatable_keys(mock_random)
    return nullcontext()


def _drawing(system: Urandom) -> Urandom:
    def urandom(size: int, /) -> bytes:
        return system(size) if _importing() else mock_random.randbytes(size)

    return urandom


def _importing() -> bool:
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to know who asks
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back  # type: ignore[assignment]  # typeshed has it optional only where it is read
    return False

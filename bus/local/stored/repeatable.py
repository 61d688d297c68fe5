"""The system's randomness while moto answers: moto's own, so that the same calls make the same again.

Most of what moto draws comes from its one seeded source. The ids of S3's multipart uploads, the keys of KMS and the
session tokens of STS come from `os.urandom`, as do the idempotency tokens that botocore adds to a call.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from moto.moto_api._internal import mock_random  # moto's one source of randomness

Urandom = Callable[[int], bytes]


@contextmanager
def repeatable() -> Iterator[None]:
    """Within the block, `os.urandom` draws from moto's source; of a module that is being imported, it is the system's.

    Which modules a call imports depends on what the process did before.
    """
    before = os.urandom
    os.urandom = _drawing(before)
    try:
        yield
    finally:
        os.urandom = before


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

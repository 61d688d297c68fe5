"""Ids of events: UUIDv7, so that they sort by the time they were made."""

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM = ~(0xF << 76 | 0b11 << 62) & ((1 << 80) - 1)


def new_id() -> str:
    """A UUIDv7 (RFC 9562, 5.7): 48 bits of Unix time in milliseconds, then 74 random bits.

    The randomness is the kernel's: a generator seeded before a SnapStart snapshot would repeat
    itself in every function restored from it.
    """
    milliseconds = int(time.time() * 1000)
    random = int.from_bytes(os.urandom(10), "big") & _RANDOM
    return str(UUID(int=milliseconds << 80 | _VERSION_7 | _VARIANT | random))

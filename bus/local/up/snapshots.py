"""A state as bytes: the machine, with all of its plane, and what moto keeps for it."""

import io
import pickle
import zlib
from typing import Any

import cloudpickle

from bus.local.errors import PlaneError
from bus.local.up import moto_state
from bus.local.up.machine import Machine
from bus.local.up.moto_objects import USUAL, reduced
from bus.local.up.version import code_version


class UnreadableStateError(PlaneError):
    """The state was written by another version of Omnibus: to this one it might mean something else."""

    def __init__(self, theirs: str, ours: str) -> None:
        self.theirs, self.ours = theirs, ours
        super().__init__(
            f"the state under .omnibus/ is of another version of Omnibus ({theirs}; this is {ours}): go on with that "
            "version, or forget the state with: bus down --clean"
        )


class DamagedStateError(PlaneError):
    """The newest snapshot is not what was written."""

    def __init__(self) -> None:
        super().__init__(
            "the newest snapshot under .omnibus/state is damaged: restore the file, or forget everything with: "
            "bus down --clean"
        )


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Functions by value, as cloudpickle has them, and moto's objects as they are."""

    def reducer_override(self, value: object) -> Any:
        made = reduced(value)
        return super().reducer_override(value) if made is USUAL else made


def frozen(machine: Machine) -> bytes:
    """The state as it is now: a line with the version, one with the pickle's CRC-32, then the pickle.

    Raises pickle.PicklingError when something in it cannot be kept: a bug.
    """
    whole = io.BytesIO()
    head = len(_head(b""))
    whole.seek(head)
    _Pickler(whole, protocol=5).dump((machine, moto_state.held()))
    whole.seek(0)
    whole.write(_head(whole.getbuffer()[head:]))
    return whole.getvalue()


def thawed(state: bytes) -> Machine:
    """The machine of a state; moto's own state is put in its place.

    Raises UnreadableStateError and DamagedStateError.
    """
    theirs = state[: state.find(b"\n")].decode(errors="replace")
    if theirs != code_version():
        raise UnreadableStateError(theirs[:16], code_version())
    head = len(_head(b""))
    pickled = memoryview(state)[head:]
    if state[:head] != _head(pickled):
        raise DamagedStateError
    moto_state.forget()
    machine: Machine
    machine, stored = pickle.loads(pickled)  # noqa: S301 - our own file, of this user alone
    moto_state.put_back(stored)
    return machine


def _head(pickled: bytes | memoryview) -> bytes:
    return f"{code_version()}\n{zlib.crc32(pickled):08x}\n".encode()

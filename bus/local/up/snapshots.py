"""A state as bytes: the machine, with all of its plane, and what moto keeps for it."""

import io
import pickle
import threading
from typing import Any

import cloudpickle

from bus.local.errors import PlaneError
from bus.local.up import moto_state
from bus.local.up.machine import Machine
from bus.local.up.version import code_version

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())


class UnreadableStateError(PlaneError):
    """The state was written by another version of Omnibus: to this one it might mean something else."""

    def __init__(self, theirs: str, ours: str) -> None:
        self.theirs, self.ours = theirs, ours
        super().__init__(
            f"the state under .omnibus/ is of another version of Omnibus ({theirs}; this is {ours}): go on with that "
            "version, or forget the state with: bus down --clean"
        )


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Locks are new ones in a copy: nobody holds one between two inputs."""

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, _LOCK):
            return threading.Lock, ()
        if isinstance(value, _RLOCK):
            return threading.RLock, ()
        return super().reducer_override(value)


def frozen(machine: Machine) -> bytes:
    """The state as it is now: a line with the version, then the pickle.

    Raises pickle.PicklingError when something in it cannot be kept: a bug.
    """
    whole = io.BytesIO()
    whole.write(code_version().encode() + b"\n")
    _Pickler(whole, protocol=5).dump((machine, moto_state.held()))
    return whole.getvalue()


def thawed(state: bytes) -> Machine:
    """The machine of a state; moto's own state is put in its place. Raises UnreadableStateError."""
    theirs, _, pickled = state.partition(b"\n")
    if theirs.decode(errors="replace") != code_version():
        raise UnreadableStateError(theirs.decode(errors="replace")[:16], code_version())
    moto_state.forget()
    machine: Machine
    machine, stored = pickle.loads(pickled)  # noqa: S301 - our own file, of this user alone
    moto_state.put_back(stored)
    return machine

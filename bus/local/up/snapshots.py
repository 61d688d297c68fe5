"""A state as bytes: the machine, with all of its plane, and what moto keeps for it."""

import io
import pickle
import threading
from collections.abc import Mapping
from typing import Any

import cloudpickle
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.moto_api._internal import mock_random  # moto's one source of randomness

from bus.local.errors import PlaneError
from bus.local.up.machine import Machine
from bus.local.up.version import code_version

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
# service -> account -> region -> backend
Stored = Mapping[str, Mapping[str, Mapping[str, Any]]]


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
    _Pickler(whole, protocol=5).dump((machine, _stored(), mock_random.getstate()))
    return whole.getvalue()


def thawed(state: bytes) -> Machine:
    """The machine of a state; moto's own state is put in its place. Raises UnreadableStateError."""
    theirs, _, pickled = state.partition(b"\n")
    if theirs.decode(errors="replace") != code_version():
        raise UnreadableStateError(theirs.decode(errors="replace")[:16], code_version())
    machine: Machine
    machine, stored, chance = pickle.loads(pickled)  # noqa: S301 - our own file, of this user alone
    _restore(stored)
    mock_random.setstate(chance)
    return machine


def _stored() -> Stored:
    instances: Any = BackendDict
    return {
        every.service_name: {account: dict(dict.items(by_region)) for account, by_region in dict.items(every)}
        for every in instances._instances  # noqa: SLF001 - moto has no other list of them
    }


def _restore(stored: Stored) -> None:
    BackendDict.reset()
    for service, by_account in stored.items():
        for account, by_region in by_account.items():
            backends: Any = get_backend(service)[account]  # type: ignore[call-overload]  # by literal names
            for region, backend in by_region.items():
                dict.__setitem__(backends, region, backend)

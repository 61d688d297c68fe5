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

FORMAT = 1  # counts up when states of before can no longer be read
_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
# service -> account -> region -> backend
Stored = Mapping[str, Mapping[str, Mapping[str, Any]]]


class UnreadableStateError(PlaneError):
    """The state was written by a version of Omnibus whose states this one cannot read."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the state under .omnibus/ was written by another version of Omnibus ({why}); go on with that version, "
            "or forget the state with: bus down --clean"
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
    """The state as it is now. Raises pickle.PicklingError when something in it cannot be kept: a bug."""
    whole = io.BytesIO()
    _Pickler(whole, protocol=5).dump((FORMAT, machine, _stored(), mock_random.getstate()))
    return whole.getvalue()


def thawed(state: bytes) -> Machine:
    """The machine of a state; moto's own state is put in its place. Raises UnreadableStateError."""
    try:
        version, machine, stored, chance = pickle.loads(state)  # noqa: S301 - our own file, of this user alone
    except Exception as error:  # whatever a changed class makes of what another version wrote
        raise UnreadableStateError(f"{type(error).__name__}: {error}") from error
    if version != FORMAT:
        raise UnreadableStateError(f"format {version}, not {FORMAT}")
    _restore(stored)
    mock_random.setstate(chance)
    restored: Machine = machine
    return restored


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

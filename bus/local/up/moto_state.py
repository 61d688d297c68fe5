"""What moto keeps, beside the plane: a part of every state."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from moto.backends import get_backend
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel
from moto.moto_api._internal import mock_random  # moto's one source of randomness

# What moto counts in a class, and not in a backend: the ids of log events.
_COUNTERS = (("moto.logs.models", "LogEvent", "_event_id"),)
# What every table of backends has, and is the same in each process.
_COMMON = frozenset(vars(BackendDict(BaseBackend, "")))


class MotoState(NamedTuple):
    """All of it.

    `backends` are by service, account and region. `besides` is what a service knows of all its backends, by name: S3,
    whose bucket is whose. `counters` are in the order of the classes that count; None of one not loaded.
    """

    backends: Mapping[str, Mapping[str, Mapping[str, Any]]]
    besides: Mapping[str, Mapping[str, Any]]
    counters: tuple[int | None, ...]
    chance: tuple[Any, ...]


def settle() -> None:
    """Have moto be a part of a process that stays, and not of a test.

    Every S3 object is in memory: large ones would be in files, whose places of reading a forked child, which writes a
    snapshot, would share with the process that answers. What was made is not listed: moto would dispose of all of it
    at the end, and until then an object that was deleted would stay.
    """
    os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = "0"  # as of `tempfile.SpooledTemporaryFile`: no limit
    BaseModel.__new__ = _made  # type: ignore[method-assign]  # it has no other switch


def _made(cls: type[BaseModel], *_: object, **__: object) -> BaseModel:
    return super(BaseModel, cls).__new__(cls)


def held() -> MotoState:
    """What there is now; not a copy."""
    return MotoState(
        {
            every.service_name: {account: dict(dict.items(by_region)) for account, by_region in dict.items(every)}
            for every in _used()
        },
        {
            every.service_name: {name: value for name, value in vars(every).items() if name not in _COMMON}
            for every in _used()
        },
        tuple(getattr(getattr(sys.modules.get(module), owner, None), name, None) for module, owner, name in _COUNTERS),
        mock_random.getstate(),
    )


def forget() -> None:
    """Empty moto. What is put in its place is to be read after this: it disposes of every S3 object that there is."""
    BackendDict.reset()


def put_back(state: MotoState) -> None:
    """Let moto, which is empty, go on from there."""
    for service, by_account in state.backends.items():
        backends: Any = get_backend(service)  # type: ignore[call-overload]  # by literal names
        for account, by_region in by_account.items():
            for region, backend in by_region.items():
                dict.__setitem__(backends[account], region, backend)
        vars(backends).update(state.besides[service])
    for (module, owner, name), count in zip(_COUNTERS, state.counters, strict=True):
        if count is not None:
            setattr(getattr(import_module(module), owner), name, count)
    mock_random.setstate(state.chance)


def _used() -> Iterator[Any]:
    instances: Any = BackendDict
    yield from instances._instances  # noqa: SLF001 - moto has no other list of them

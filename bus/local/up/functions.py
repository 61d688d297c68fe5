"""Invocations that the plane asks for, run in processes."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from threading import Thread

import orjson

from bus.local.errors import PlaneError
from bus.local.functions.answer import Answer
from bus.local.functions.failures import runtime_error
from bus.local.functions.settings import Settings
from bus.local.plane import Plane
from bus.local.processes import Processes
from bus.local.world import Work

_log = logging.getLogger(__name__)

_SLOW_TO_LOAD = {"AWS::KinesisFirehose::DeliveryStream", "AWS::Athena::WorkGroup"}


class Functions:
    """Whatever goes wrong before a process runs is the answer of a failed invocation."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._loop = asyncio.get_running_loop()

    def run(self, work: Work, answered: Callable[[Answer], None]) -> None:
        """Run an invocation; `answered` is called later, once, whatever happens."""
        try:
            self._processes.start(work, answered)
        except (PlaneError, OSError) as error:  # a damaged package, a full disk
            _log.warning("%s cannot be started: %s", work.settings.name, error)
            self._loop.call_soon(answered, _unstarted(work, error))


async def prepare(plane: Plane, processes: Processes) -> None:
    """Do beforehand what the first invocations and the first deliveries to the lake would have to wait for."""
    for settings in _of_project(plane):
        processes.prepare([settings])
        await asyncio.sleep(0)
    stacks = plane.rooms["cloudformation"].stacks.values()
    if any(made.type in _SLOW_TO_LOAD for stack in stacks for made in stack.resources.values()):
        Thread(target=_load, name="loading", daemon=True).start()


def _of_project(plane: Plane) -> Iterator[Settings]:
    for registered in plane.rooms["lambda"].functions.all():
        if registered.latest.package is None:
            yield registered.latest.function.settings


def _load() -> None:
    """Two seconds of imports: what else is going on need not wait for them."""
    import bus.local.athena.queries  # noqa: PLC0415 - that is what this is about
    import bus.local.firehose.iceberg  # noqa: F401, PLC0415 - as above


def _unstarted(work: Work, error: Exception) -> Answer:
    payload = runtime_error("Runtime.StartError", str(error), work.request_id)
    return Answer(orjson.dumps(payload), failed=True, request_id=work.request_id, version=work.settings.version)

"""Keeps the stacks as the project's templates have them, and each HTTP API at an address."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from bus.local.up.apis import Apis
from bus.local.up.live import Live
from bus.local.up.stack_apis import api_ids
from bus.local.up.templates import Source, Templates
from bus.local.up.watcher import Watcher
from bus.local.wire.server import PortTakenError

_log = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the templates


class Deploying:
    """A template that cannot be deployed is told once, and its stack stays; so does the stack of one that is gone."""

    def __init__(self, root: Path, live: Live, apis: Apis, watcher: Watcher) -> None:
        self._live, self._apis, self._watcher = live, apis, watcher
        self._templates = Templates(root)

    async def begin(self) -> None:
        """Deploy what is new or has changed since the platform ran last. Raises PortTakenError."""
        await self._deploy(settled=False)
        await self._settle()

    async def keep(self, changed: Callable[[], None]) -> None:
        """Look again and again; `changed` is called after anything was deployed, or got an address."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                deployed = await self._deploy(settled=True)
                if await self._settle() or deployed:
                    changed()
            except PortTakenError as error:  # the next look tries again
                _log.warning("an HTTP API has no address: %s", error)

    async def _deploy(self, *, settled: bool) -> bool:
        """Whether there was anything to deploy."""
        sources = list(self._templates.changed(settled=settled))
        for source in sources:
            self._deploy_one(source)
            await asyncio.sleep(0)  # whoever waits gets an answer between two stacks
        for stack in self._templates.gone():
            self._watcher.template_gone(stack)
        return bool(sources)

    def _deploy_one(self, source: Source) -> None:
        try:
            outcome = self._live.deploy(source.stack, source.body, source.origin, {})
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a template being written, the rest goes on
            self._watcher.refused(source.stack, error)
        else:
            self._watcher.deployed(source.stack, outcome)

    async def _settle(self) -> bool:
        """Serve the HTTP APIs that there are; whether others than before."""
        come, gone = await self._apis.settle(api_ids(self._live.plane))
        if come or gone:
            self._watcher.addresses(come, gone)
        return bool(come or gone)

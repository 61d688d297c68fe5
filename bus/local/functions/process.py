"""One execution environment of a function: a process that starts cold, and then takes one invocation at a time."""

from collections.abc import Callable
from typing import Any

from bus.local.errors import PlaneError
from bus.local.functions.context import LambdaContext
from bus.local.functions.environment import runtime_variables
from bus.local.functions.failures import import_error, runtime_error
from bus.local.functions.log import Log
from bus.local.functions.modules import ModuleTree, isolated_part
from bus.local.functions.package import TASK_ROOT, Package
from bus.local.functions.sandbox import Sandbox
from bus.local.functions.settings import Settings
from bus.local.plane import Plane

Handler = Callable[[Any, LambdaContext], Any]
COLD_START_TIMEOUT = 10.0  # seconds: Lambda developer guide, "Lambda execution environment lifecycle", init phase


class ColdStartError(PlaneError):
    """The handler could not be imported; `payload` says why, as Lambda does."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        super().__init__(payload["errorMessage"])


class Process:
    """The modules of one environment live as long as it does, so their globals survive from one event to the next.

    `busy_until` is the instant (epoch seconds) at which its present invocation ends; infinity while that runs.
    """

    def __init__(self, plane: Plane, settings: Settings, package: Package | None, log: Log) -> None:
        """Import the handler. Raises ColdStartError, and what the sandbox lets through."""
        self._module, _, self._attribute = settings.handler.replace("/", ".").rpartition(".")
        self.busy_until = 0.0
        day = plane.clock.now().strftime("%Y/%m/%d")
        self.log_stream = f"{day}/[{settings.version}]{plane.chance.hex(32)}"
        self.sandbox = self._new_sandbox(plane, settings, package, log)
        with self.sandbox.entered(COLD_START_TIMEOUT) as clock:
            self.handler = self._load(settings.handler)
            self.starting = clock.slept

    @property
    def folder(self) -> str | None:
        """Where the package of the function lies; None for a function of this project."""
        return self.sandbox.modules.folder

    def _new_sandbox(self, plane: Plane, settings: Settings, package: Package | None, log: Log) -> Sandbox:
        given = runtime_variables(
            name=settings.name,
            version=settings.version,
            handler=settings.handler,
            memory=settings.memory,
            runtime=settings.runtime,
            region=plane.region,
            log_group=settings.log_group,
            log_stream=self.log_stream,
            task_root=TASK_ROOT if package is None else str(package.folder),
        )
        if package is None:
            modules = ModuleTree((isolated_part(self._module),))
        else:
            modules = ModuleTree(package.parts, package.folder)
        return Sandbox(plane, modules, {**settings.environment, **given}, log)

    def _load(self, handler: str) -> Handler:
        if not self._module:
            message = f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
            raise ColdStartError(runtime_error("Runtime.MalformedHandlerName", message, ""))
        try:
            module = self.sandbox.modules.load(self._module)
        except Exception as error:
            raise ColdStartError(import_error(self._module, error)) from error
        found: Handler | None = getattr(module, self._attribute, None)
        if found is None:
            message = f"Handler '{self._attribute}' missing on module '{self._module}'"
            raise ColdStartError(runtime_error("Runtime.HandlerNotFound", message, ""))
        return found

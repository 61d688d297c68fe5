"""A Lambda function in process: cold start, invocation, answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bus.local.errors import PlaneError
from bus.local.functions.context import LambdaContext
from bus.local.functions.environment import runtime_variables
from bus.local.functions.failures import as_logged, encode, error_payload, runtime_error, timed_out
from bus.local.functions.log import Log
from bus.local.functions.modules import ModuleTree, isolated_part
from bus.local.functions.sandbox import Sandbox
from bus.local.functions.wall_clock import TaskTimedOutError, WallClock
from bus.local.plane import Plane

Handler = Callable[[Any, LambdaContext], Any]


@dataclass(frozen=True)
class Settings:
    """What a template says of a function: `handler` is "package.module.function", `timeout` is in seconds."""

    name: str
    handler: str
    environment: dict[str, str] = field(default_factory=dict)
    timeout: float = 3
    memory: int = 128
    runtime: str = "python3.11"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an invocation: its JSON, and whether that is an error's ("Unhandled")."""

    payload: bytes
    failed: bool
    request_id: str


class ColdStartError(PlaneError):
    """The handler could not be imported; `payload` says why, as Lambda does."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        super().__init__(payload["errorMessage"])


class Function:
    """Runs one handler, importing it at the first invocation and after a timeout, as Lambda starts a process."""

    def __init__(self, plane: Plane, settings: Settings, arn: str) -> None:
        self._plane, self.settings, self.arn = plane, settings, arn
        self.log = Log()
        self._module, _, self._attribute = settings.handler.replace("/", ".").rpartition(".")
        self._log_group = f"/aws/lambda/{settings.name}"
        self._log_stream = ""
        self._handler: Handler | None = None
        self._sandbox: Sandbox | None = None

    def invoke(self, payload: bytes, request_id: str | None = None) -> Answer:
        """Call the handler with the JSON `payload`. Its errors are part of the answer."""
        request_id = request_id or self._plane.chance.uuid()
        if self._sandbox is None:
            self._sandbox = self._new_sandbox()
        try:
            with self._sandbox.entered(self.settings.timeout) as clock:
                return self._run(payload, request_id, clock)
        except TaskTimedOutError:
            self._restart()
            return self._failed(timed_out(self.settings.timeout, request_id), request_id)
        except ColdStartError as error:
            self._restart()
            return self._failed({**error.payload, "requestId": request_id}, request_id)

    def _run(self, payload: bytes, request_id: str, clock: WallClock) -> Answer:
        handler = self._handler or self._cold_start()
        try:
            answer = handler(json.loads(payload), self._context(request_id, clock))
        except PlaneError:
            raise
        except Exception as error:  # noqa: BLE001 - a Lambda's error is its answer; whoever invoked it decides
            return self._failed(error_payload(error, request_id), request_id)
        try:
            return Answer(encode(answer), failed=False, request_id=request_id)
        except (TypeError, ValueError) as error:
            said = runtime_error("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)
            return self._failed(said, request_id)

    def _cold_start(self) -> Handler:
        assert self._sandbox is not None  # noqa: S101 - `invoke` made it
        try:
            module = self._sandbox.modules.load(self._module)
        except ImportError as error:
            raise ColdStartError(
                runtime_error("Runtime.ImportModuleError", f"Unable to import module '{self._module}': {error}", "")
            ) from error
        except Exception as error:
            raise ColdStartError(error_payload(error, "")) from error
        handler: Handler | None = getattr(module, self._attribute, None)
        if handler is None:
            message = f"Handler '{self._attribute}' missing on module '{self._module}'"
            raise ColdStartError(runtime_error("Runtime.HandlerNotFound", message, ""))
        self._handler = handler
        return handler

    def _new_sandbox(self) -> Sandbox:
        day = self._plane.clock.now().strftime("%Y/%m/%d")
        self._log_stream = f"{day}/[$LATEST]{self._plane.chance.hex(32)}"
        given = runtime_variables(
            name=self.settings.name,
            handler=self.settings.handler,
            memory=self.settings.memory,
            runtime=self.settings.runtime,
            region=self._plane.region,
            log_group=self._log_group,
            log_stream=self._log_stream,
        )
        modules = ModuleTree(isolated_part(self._module))
        return Sandbox(self._plane, modules, {**self.settings.environment, **given}, self.log)

    def _restart(self) -> None:
        self._handler, self._sandbox = None, None

    def _failed(self, payload: dict[str, Any], request_id: str) -> Answer:
        self.log.write(as_logged(payload))
        return Answer(json.dumps(payload).encode(), failed=True, request_id=request_id)

    def _context(self, request_id: str, clock: WallClock) -> LambdaContext:
        return LambdaContext(
            function_name=self.settings.name,
            invoked_function_arn=self.arn,
            memory_limit_in_mb=str(self.settings.memory),
            aws_request_id=request_id,
            log_group_name=self._log_group,
            log_stream_name=self._log_stream,
            remaining_seconds=clock.remaining,
        )

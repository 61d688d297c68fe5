"""A Lambda function in process: cold start, invocation, answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bus.local.errors import PlaneError
from bus.local.functions.context import LambdaContext
from bus.local.functions.environment import runtime_variables
from bus.local.functions.failures import as_logged, encode, error_payload, import_error, runtime_error, timed_out
from bus.local.functions.log import Log
from bus.local.functions.modules import ModuleTree, isolated_part
from bus.local.functions.sandbox import Sandbox
from bus.local.functions.wall_clock import TaskTimedOutError, WallClock
from bus.local.plane import Plane

Handler = Callable[[Any, LambdaContext], Any]
COLD_START_TIMEOUT = 10.0  # seconds: Lambda developer guide, "Lambda execution environment lifecycle", init phase
LARGEST_ANSWER = 6_291_556  # bytes: what Lambda's own message says


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
        self._process: tuple[Sandbox, Handler] | None = None

    def invoke(self, payload: bytes, request_id: str | None = None) -> Answer:
        """Call the handler with the JSON `payload`. Its errors are part of the answer."""
        request_id = request_id or self._plane.chance.uuid()
        try:
            sandbox, handler = self._started()
            with sandbox.entered(self.settings.timeout) as clock:
                return self._run(handler, payload, request_id, clock)
        except TaskTimedOutError:
            self._process = None
            return self._failed(timed_out(self.settings.timeout, request_id), request_id)
        except ColdStartError as error:
            return self._failed({**error.payload, "requestId": request_id}, request_id)

    def _run(self, handler: Handler, payload: bytes, request_id: str, clock: WallClock) -> Answer:
        event = json.loads(payload)
        try:
            answer = handler(event, self._context(request_id, clock))
        except PlaneError:
            raise
        except Exception as error:  # noqa: BLE001 - a Lambda's error is its answer; whoever invoked it decides
            return self._failed(error_payload(error, request_id), request_id)
        try:
            encoded = encode(answer)
        except (TypeError, ValueError) as error:
            said = runtime_error("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)
            return self._failed(said, request_id)
        if len(encoded) > LARGEST_ANSWER:
            message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            return self._failed(runtime_error("Function.ResponseSizeTooLarge", message, request_id), request_id)
        return Answer(encoded, failed=False, request_id=request_id)

    def _started(self) -> tuple[Sandbox, Handler]:
        """The running process; a new one has its own randomness while it starts, for imports are not repeated."""
        if self._process is None:
            sandbox = self._new_sandbox()
            with sandbox.entered(COLD_START_TIMEOUT):
                self._process = sandbox, self._load(sandbox)
        return self._process

    def _load(self, sandbox: Sandbox) -> Handler:
        try:
            module = sandbox.modules.load(self._module)
        except Exception as error:
            raise ColdStartError(import_error(self._module, error)) from error
        handler: Handler | None = getattr(module, self._attribute, None)
        if handler is None:
            message = f"Handler '{self._attribute}' missing on module '{self._module}'"
            raise ColdStartError(runtime_error("Runtime.HandlerNotFound", message, ""))
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

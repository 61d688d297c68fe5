"""A Lambda function in process: execution environments, invocation, answer."""

import json
from collections.abc import Mapping
from math import inf
from typing import Any

from bus.local.errors import PlaneError
from bus.local.functions.answer import Answer
from bus.local.functions.context import ClientContext, LambdaContext
from bus.local.functions.failures import as_logged, encode, error_payload, exited, runtime_error, timed_out
from bus.local.functions.log import Log
from bus.local.functions.package import Package
from bus.local.functions.process import ColdStartError, Process
from bus.local.functions.settings import Settings
from bus.local.functions.wall_clock import TaskTimedOutError, WallClock
from bus.local.json_texts import read
from bus.local.plane import Plane

LARGEST_ANSWER = 6_291_556  # bytes: what Lambda's own message says


class _FailedError(Exception):
    """The invocation failed; `payload` is its answer."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        super().__init__(payload["errorMessage"])


class Function:
    """Runs one handler in environments that start cold and stay warm, as many as there are invocations at once.

    An environment whose invocation timed out or ended the process is gone, and the next one starts cold (Lambda
    developer guide, "Understanding the Lambda execution environment lifecycle"). The handler comes from `package`, or
    from this project where there is none.
    """

    def __init__(
        self, plane: Plane, settings: Settings, arn: str, *, package: Package | None = None, log: Log | None = None
    ) -> None:
        self._plane, self.settings, self.arn, self.package = plane, settings, arn, package
        self.log = Log() if log is None else log
        self._processes: list[Process] = []

    def __getstate__(self) -> dict[str, Any]:
        """Without its environments: a copy starts cold."""
        return {**self.__dict__, "_processes": []}

    def invoke(
        self,
        payload: bytes,
        request_id: str | None = None,
        *,
        invoked_arn: str | None = None,
        client_context: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Call the handler with the JSON `payload`. Its errors are part of the answer.

        `invoked_arn` is the ARN that the caller named, of a version or alias perhaps.
        """
        request_id = request_id or self._plane.chance.uuid()
        began = WallClock.present(self._plane.clock.time())
        spent = 0.0
        process: Process | None = None
        try:
            process = self._process(began)
            process.busy_until = inf
            with process.sandbox.entered(self.settings.timeout) as clock:
                context = self._context(process, request_id, clock, invoked_arn or self.arn, client_context)
                try:
                    encoded = self._run(process, payload, context)
                finally:
                    spent = process.starting + clock.slept
                    process.starting = 0.0
        except TaskTimedOutError:
            self._discard(process)
            return self._failed(timed_out(self.settings.timeout, request_id), request_id, self.settings.timeout)
        except SystemExit as error:
            self._discard(process)
            return self._failed(exited(error.code, request_id), request_id, spent)
        except ColdStartError as error:
            return self._failed({**error.payload, "requestId": request_id}, request_id, spent)
        except _FailedError as error:
            return self._failed(error.payload, request_id, spent)
        finally:
            if process is not None:
                process.busy_until = began + spent
        return Answer(encoded, failed=False, request_id=request_id, seconds=spent, version=self.settings.version)

    def _process(self, now: float) -> Process:
        """An environment that is free, the one used last first; a new one when all are busy."""
        for process in reversed(self._processes):
            if process.busy_until <= now:
                return process
        process = Process(self._plane, self.settings, self.package, self.log)
        self._processes.append(process)
        return process

    def _discard(self, process: Process | None) -> None:
        if process is not None:
            self._processes.remove(process)

    def _run(self, process: Process, payload: bytes, context: LambdaContext) -> bytes:
        event, request_id = read(payload.decode()), context.aws_request_id
        try:
            answer = process.handler(event, context)
        except PlaneError:
            raise
        except Exception as error:
            raise _FailedError(error_payload(error, request_id, folder=process.folder)) from error
        try:
            encoded = encode(answer)
        except (TypeError, ValueError) as error:
            message = f"Unable to marshal response: {error}"
            raise _FailedError(runtime_error("Runtime.MarshalError", message, request_id)) from error
        if len(encoded) > LARGEST_ANSWER:
            message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            raise _FailedError(runtime_error("Function.ResponseSizeTooLarge", message, request_id))
        return encoded

    def _failed(self, payload: dict[str, Any], request_id: str, seconds: float) -> Answer:
        self.log.write(as_logged(payload))
        return Answer(json.dumps(payload).encode(), True, request_id, seconds, self.settings.version)  # noqa: FBT003 - `failed`

    def _context(
        self,
        process: Process,
        request_id: str,
        clock: WallClock,
        invoked_arn: str,
        client_context: Mapping[str, Any] | None,
    ) -> LambdaContext:
        return LambdaContext(
            function_name=self.settings.name,
            function_version=self.settings.version,
            invoked_function_arn=invoked_arn,
            memory_limit_in_mb=str(self.settings.memory),
            aws_request_id=request_id,
            log_group_name=self.settings.log_group,
            log_stream_name=process.log_stream,
            remaining_seconds=clock.remaining,
            client_context=None if client_context is None else ClientContext.of(client_context),
        )

"""Invoke, in its three ways."""

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from bus.local.continuations import when_done
from bus.local.errors import AwsError
from bus.local.functions import Answer, WallClock
from bus.local.json_texts import read
from bus.local.lambda_.asynchronous import AsynchronousInvocations
from bus.local.lambda_.errors import invalid, invalid_content, too_large
from bus.local.lambda_.function_operations import checked
from bus.local.lambda_.functions import DeployedFunction, Functions
from bus.local.lambda_.invocation import Invocation
from bus.local.later import Later
from bus.local.operations import SECONDS, Params, Response, only, operation
from bus.local.plane import Plane

# Bytes: Lambda developer guide, "Lambda quotas", invocation payload.
SYNCHRONOUS_LIMIT = 6 * 1024 * 1024
ASYNCHRONOUS_LIMIT = 1024 * 1024
LONGEST_CONTEXT = 3_583  # bytes in base64: Lambda API reference, Invoke, ClientContext
TAIL = 4096  # bytes: Lambda API reference, Invoke, LogResult
_ENUMERATED = ("InvocationType", "LogType")
_INVOKE = frozenset({"FunctionName", "InvocationType", "Payload", "Qualifier", "LogType", "ClientContext"})


class _Asked(NamedTuple):
    """An invocation that somebody waits for: when it began, in epoch seconds, and what it has `written` until now.

    `memory` is the function's, in MB, where the end of its log is asked for.
    """

    arn: str
    began: float
    memory: int | None
    written: str


class InvokeOperations:
    """Lambda API reference, Invoke."""

    _plane: Plane
    functions: Functions
    _asynchronous: AsynchronousInvocations

    @operation("Invoke")
    def invoke(self, params: Params) -> Response | Later[Response]:
        only("lambda:Invoke", params, _INVOKE)
        checked("Invoke", {name: params[name] for name in _ENUMERATED if name in params})
        deployed = self.functions.get(params["FunctionName"], params.get("Qualifier"))
        payload = _payload(params)
        match params.get("InvocationType"):
            case "Event":
                return self._event(deployed, payload)
            case "DryRun":
                return {"StatusCode": 204, "Payload": b""}
        return self._synchronous(deployed, payload, params)

    def _synchronous(self, deployed: DeployedFunction, payload: bytes, params: Params) -> Response | Later[Response]:
        _check(payload, SYNCHRONOUS_LIMIT)
        tail = params.get("LogType", "None") == "Tail"
        invocation = Invocation(payload, client_context=_client_context(params.get("ClientContext")), tail=tail)
        settings, began = deployed.version.settings, self._plane.clock.time()
        try:
            with deployed.function.log.followed() as lines:
                answer = deployed.begin(invocation)
        except AwsError as error:
            self._plane.ledger.record("lambda", "Invoke", deployed.arn, outcome=error.code)
            raise
        asked = _Asked(deployed.arn, began, settings["MemorySize"] if tail else None, "".join(lines))
        return when_done(self._plane, answer, partial(self._answered, asked))

    def _answered(self, asked: "_Asked", done: Later[Answer]) -> Response:
        answer = done.result()
        self._plane.ledger.record("lambda", "Invoke", asked.arn, outcome="failed" if answer.failed else "ok")
        if WallClock.running:
            # A function that asks another one waits for it.
            WallClock.running[-1].spend(answer.seconds)
        failure = {"FunctionError": "Unhandled"} if answer.failed else {}
        log = {} if asked.memory is None else {"LogResult": _tail(answer, asked, self._plane.clock.time())}
        # No member of AWS's answer: how whoever waits for it in the plane, a pipe, learns how long that took.
        spent = {SECONDS: answer.seconds} if answer.seconds else {}
        told = {**failure, **log, **spent}
        return {"StatusCode": 200, "ExecutedVersion": answer.version, "Payload": answer.payload, **told}

    def _event(self, deployed: DeployedFunction, payload: bytes) -> Response:
        """The client context is for synchronous invocations only (Lambda API reference, Invoke)."""
        _check(payload, ASYNCHRONOUS_LIMIT)
        self._asynchronous.queue(deployed, payload, self._plane.chance.uuid())
        return {"StatusCode": 202, "Payload": b""}


def _payload(params: Params) -> bytes:
    """The JSON of the event; nothing given is an empty object to the handler."""
    payload: Any = params.get("Payload") or b"{}"
    if hasattr(payload, "read"):
        payload = payload.read()
    return payload.encode() if isinstance(payload, str) else bytes(payload)


def _check(payload: bytes, limit: int) -> None:
    if len(payload) > limit:
        raise too_large(len(payload), limit)
    try:
        read(payload.decode())
    except ValueError as error:
        raise invalid_content(error) from error


def _client_context(given: str | None) -> Mapping[str, Any] | None:
    if given is None:
        return None
    if len(given) > LONGEST_CONTEXT:
        raise invalid(f"Client context must be no more than {LONGEST_CONTEXT} bytes when base64-encoded.")
    try:
        context = json.loads(base64.b64decode(given, validate=True))
    except ValueError as error:
        raise invalid_content(error) from error
    return context if isinstance(context, Mapping) else None


def _tail(answer: Answer, asked: _Asked, now: float) -> str:
    """The last 4 KB of the log, with the lines that Lambda itself adds to it."""
    written = asked.written + answer.log
    if written and not written.endswith("\n"):
        written += "\n"
    milliseconds = (answer.seconds + now - asked.began) * 1000
    log = (
        f"START RequestId: {answer.request_id} Version: {answer.version}\n{written}"
        f"END RequestId: {answer.request_id}\n"
        f"REPORT RequestId: {answer.request_id}\tDuration: {milliseconds:.2f} ms\t"
        f"Billed Duration: {max(int(milliseconds), 1)} ms\tMemory Size: {asked.memory} MB\t"
        f"Max Memory Used: {asked.memory} MB\t\n"
    )
    return base64.b64encode(log.encode()[-TAIL:]).decode()

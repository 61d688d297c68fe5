"""What a consumer writes about the events that it handles: never their data."""

import traceback
from contextlib import AbstractContextManager
from typing import Any

from aws_lambda_powertools.logging import Logger

from bus.sdk.envelope import Received
from bus.sdk.errors import ContractViolationError, OmnibusError


class EventLog:
    """A Powertools logger, whose lines carry the event that is being handled.

    The logger is the one of the service's name, so that `Logger(service=…)` in a handler shares the keys.
    """

    def __init__(self, service: str | None) -> None:
        self._logger = Logger(service=service)

    def about(self, received: Received[Any]) -> AbstractContextManager[None]:
        """Within the block every line carries the event's id, its detail-type and its correlation id."""
        return self._logger.append_context_keys(
            correlation_id=received.metadata.correlation_id,
            event_id=received.metadata.event_id,
            detail_type=received.detail_type,
        )

    def failed(self, error: Exception) -> None:
        """One line for an event that failed; Lambda, SQS or Kinesis will bring it again.

        An error that is not the SDK's own may quote the data in its message: of such there are the type,
        AWS's code, and the places in the code.
        """
        self._logger.error("an event failed", extra=_described(error))


def _described(error: Exception) -> dict[str, Any]:
    described: dict[str, Any] = {"error": " from ".join(_chain(error))}
    if isinstance(error, OmnibusError):
        described["problem"] = str(error)
        for name in ("event_id", "detail_type"):
            if getattr(error, name, None):
                described[name] = getattr(error, name)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        described["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    if isinstance(error, ContractViolationError):
        described["faults"] = [fault._asdict() for fault in error.faults]
    return described


def _chain(error: BaseException | None) -> list[str]:
    names = []
    while error is not None:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        names.append(f"{type(error).__name__} ({code})" if code else type(error).__name__)
        error = error.__cause__
    return names

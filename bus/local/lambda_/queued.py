"""An event in Lambda's own queue."""

from dataclasses import dataclass

from bus.local.lambda_.functions import DeployedFunction
from bus.local.lambda_.trace_header import Chain


@dataclass(eq=False, slots=True)
class Queued:
    """The request id stays the same through the retries; `chain` is what led to the invocation.

    `attempts` counts the invocations that ran, `throttles` those in a row that could not. `state` and `until` (epoch
    seconds, where it is known) say what it waits for.
    """

    deployed: DeployedFunction
    payload: bytes
    request_id: str
    queued_at: float
    event_id: str | None
    chain: Chain
    attempts: int = 0
    throttles: int = 0
    state: str = "queued"
    until: float | None = None

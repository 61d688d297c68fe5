"""What CloudWatch is told of pipes (EventBridge user guide, "Logging and monitoring Amazon EventBridge Pipes").

AWS does not tell how far a pipe is behind its stream. Here it is told, by the rule of Lambda's IteratorAge, in a
namespace that is not AWS's.
"""

from collections.abc import Sequence

from bus.local.plane import Plane
from bus.local.polling import Outcome, Record

_NAMESPACE, _OWN = "AWS/EventBridge/Pipes", "Omnibus/Pipes"
_MILLISECONDS = 1000


def measure_age(plane: Plane, pipe: str, records: Sequence[Record]) -> None:
    """A pipe, by name, begins with a batch of its stream: the age of its last record."""
    age = plane.clock.time() - records[-1].arrived
    plane.meters.add(_OWN, "IteratorAge", max(age, 0.0) * _MILLISECONDS, PipeName=pipe)


def measure(plane: Plane, pipe: str, records: Sequence[Record], outcome: Outcome, seconds: float) -> None:
    """An execution of a pipe is over; `seconds` is what it took."""
    failed = bool(outcome.failed) and not outcome.throttled
    figures = {
        "Invocations": 1.0,
        "EventCount": float(len(records)),
        "Duration": seconds * _MILLISECONDS,
        "ExecutionThrottled": float(outcome.throttled),
        "ExecutionFailed": float(failed and outcome.broken),
        "ExecutionPartiallyFailed": float(failed and not outcome.broken),
    }
    for name, value in figures.items():
        plane.meters.add(_NAMESPACE, name, value, PipeName=pipe)

"""What CloudWatch is told of invocations (Lambda developer guide, "Types of metrics for Lambda functions")."""

from collections.abc import Sequence

from bus.local.plane import Plane
from bus.local.polling import Record

NAMESPACE = "AWS/Lambda"
_MILLISECONDS = 1000


def measure(plane: Plane, function: str, seconds: float, *, failed: bool) -> None:
    """An invocation of a function, by name, is over; `seconds` is what its handler took."""
    meters = plane.meters
    meters.add(NAMESPACE, "Invocations", 1.0, FunctionName=function)
    meters.add(NAMESPACE, "Errors", float(failed), FunctionName=function)
    meters.add(NAMESPACE, "Duration", seconds * _MILLISECONDS, FunctionName=function)


def measure_throttle(plane: Plane, function: str) -> None:
    """An invocation was refused, as too many run already."""
    plane.meters.add(NAMESPACE, "Throttles", 1.0, FunctionName=function)


def measure_age(plane: Plane, function: str, records: Sequence[Record]) -> None:
    """A batch of a stream goes to a function, by name: the age of its last record."""
    age = plane.clock.time() - records[-1].arrived
    plane.meters.add(NAMESPACE, "IteratorAge", max(age, 0.0) * _MILLISECONDS, FunctionName=function)

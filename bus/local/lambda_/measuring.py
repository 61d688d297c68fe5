"""What CloudWatch is told of invocations (Lambda developer guide, "Types of metrics for Lambda functions")."""

from bus.local.plane import Plane

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

"""What every operation asks of its parameters."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from bus.local.constraints import check, service_model
from bus.local.errors import UnsupportedOperationError
from bus.local.operations import Params, Response, operation

# StreamId is "not implemented, reserved for future use" on AWS too. Warm throughput and dry runs are AWS's alone.
_UNDONE = ("StreamId", "DryRun", "WarmThroughputMiBps")

Method = Callable[[Any, Params], Response]


def refuse_undone(name: str, params: Params) -> None:
    """Raises UnsupportedOperationError for a parameter that the plane does not do."""
    for undone in _UNDONE:
        if params.get(undone):
            raise UnsupportedOperationError(f"the parameter {undone} of kinesis:{name}")


def checked(name: str) -> Callable[[Method], Method]:
    """Mark a method as the answer to an operation, whose parameters keep to the limits of Kinesis's service model."""
    model = service_model("kinesis").operation_model(name)

    def mark(method: Method) -> Method:
        @operation(name)
        @wraps(method)
        def answer(room: Any, params: Params) -> Response:
            refuse_undone(name, params)
            check(model, params)
            return method(room, params)

        return answer

    return mark

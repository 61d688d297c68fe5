"""The table of AWS operations: the one way into every room, in process and over HTTP."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from bus.local.errors import UnsupportedOperationError
from bus.local.later import Later

Params = Mapping[str, Any]
Response = dict[str, Any]
Operation = Callable[[Params], Response | Later[Response]]
# A member of a response that rooms tell one another and no caller outside sees: the virtual seconds that it took.
SECONDS = "Seconds"
Elsewhere = Callable[[str, str, Params], Response]

_Method = TypeVar("_Method", bound=Callable[..., Response | Later[Response]])
_MARK = "__operation__"


def operation(name: str) -> Callable[[_Method], _Method]:
    """Mark a room's method as the answer to the AWS operation `name`, such as "SendMessage"."""

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, name)
        return method

    return mark


def only(where: str, given: Params, known: Collection[str]) -> None:
    """Raises UnsupportedOperationError for a parameter outside `known`: nothing that is given may be ignored.

    `where` is what they are parameters of, such as "sqs:SendMessage".
    """
    for name in given:
        if name not in known:
            raise UnsupportedOperationError(f"the parameter {name} of {where}")


class Operations:
    """`(service, operation) -> function(params) -> response`, in AWS's own shapes.

    `service` is botocore's name for it ("events", "sqs", "lambda"). Parameters and responses have
    the shapes that botocore's users see: blobs are bytes, timestamps are datetimes.
    """

    def __init__(self) -> None:
        self._table: dict[tuple[str, str], Operation] = {}
        self._services: set[str] = set()
        self._elsewhere: Elsewhere | None = None

    def otherwise(self, elsewhere: Elsewhere) -> None:
        """Ask `elsewhere` for the operations of services that no room owns."""
        self._elsewhere = elsewhere

    def add_room(self, service: str, room: object) -> None:
        """Enter every method of `room` that is marked with `@operation`."""
        self._services.add(service)
        for name in dir(type(room)):
            marked = getattr(getattr(type(room), name), _MARK, None)
            if marked is not None:
                self._table[service, marked] = getattr(room, name)

    def owns(self, service: str) -> bool:
        """Whether the plane answers for `service` itself; moto answers for the others."""
        return service in self._services

    def elsewhere(self, service: str, operation_name: str, params: Params) -> Response:
        """Do an operation of a room's service that the room leaves to whoever keeps the other services."""
        if self._elsewhere is None:
            raise UnsupportedOperationError(f"{service}:{operation_name}")
        return self._elsewhere(service, operation_name, params)

    def call(self, service: str, operation_name: str, params: Params) -> Response:
        """Do one operation. Raises AwsError as the service would answer it, UnsupportedOperationError for a gap."""
        answer = self.begin(service, operation_name, params)
        return answer.result() if isinstance(answer, Later) else answer

    def begin(self, service: str, operation_name: str, params: Params) -> Response | Later[Response]:
        """The same; under the real clock, what takes time is answered later."""
        function = self._table.get((service, operation_name))
        if function is None:
            if self._elsewhere is not None and service not in self._services:
                return self._elsewhere(service, operation_name, params)
            raise UnsupportedOperationError(f"{service}:{operation_name}")
        return function(params)

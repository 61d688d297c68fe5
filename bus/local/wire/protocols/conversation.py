"""What a protocol does for the endpoint."""

from collections.abc import Mapping
from typing import Any, Protocol

from bus.local.errors import OperationError
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel

NO_LABELS: Mapping[str, str] = {}


class Conversation(Protocol):
    """One service, in one protocol. A request's id is in its answer, where the protocol has it."""

    def params(self, model: OperationModel, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        """The operation's parameters, as botocore's users would have passed them; `labels` are those of its path.

        Raises OperationError for what cannot be read, in the service's words.
        """

    def answer(self, model: OperationModel, response: Mapping[str, Any], request_id: str) -> Response:
        """The response of an operation, as botocore's users see it, for the wire."""

    def refusal(self, error: OperationError, request_id: str) -> Response:
        """An error for the wire."""

    def no_such_operation(self, name: str) -> OperationError:
        """What is said of an operation that the service does not have."""


def shape_of(service: ServiceModel, code: str) -> Any | None:
    """The shape of an error by its code, or None for one that the model does not have."""
    return service.shape_for_error_code(code)  # type: ignore[arg-type]  # the stubs take a code for a number


def message_name(shape: Any | None) -> str:
    """What the error's shape calls its message."""
    members = () if shape is None else shape.members
    return next((name for name in members if name.lower() == "message"), "message")


def query_codes(error: OperationError) -> tuple[str, str]:
    """An error's name in the model, and its code in the query protocol: SQS's errors have both, others the one."""
    both = error.members.get("Error")
    name = both.get("QueryErrorCode", error.code) if isinstance(both, Mapping) else error.code
    return str(name), error.code

"""What the endpoint asks of whatever stands behind it: a plane in process, or the journaled one of `bus up`."""

from typing import Protocol

from bus.local.later import Later
from bus.local.operations import Params
from bus.local.operations import Response as Answered
from bus.local.wire.messages import Request, Response


class Front(Protocol):
    """The plane, as the wire sees it."""

    def owns(self, service: str) -> bool:
        """Whether the plane answers for `service` (botocore's name) itself; moto answers for the others."""

    def call(self, service: str, operation: str, params: Params, trace_header: str = "") -> Later[Answered]:
        """Do an operation, in the shapes that botocore's users see. Fails with OperationError; never raises one.

        `trace_header` is the caller's X-Amzn-Trace-Id.
        """

    def raw(self, service: str, request: Request) -> Response:
        """Let moto answer a request as it came, for a service that it keeps."""

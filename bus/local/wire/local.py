"""A plane under its virtual clock, as the wire sees it: no journal, nothing kept."""

import time_machine

from bus.local.later import Later
from bus.local.operations import Params
from bus.local.operations import Response as Answered
from bus.local.plane import Plane
from bus.local.wire import moto
from bus.local.wire.messages import Request, Response


class PlaneFront:
    """A Front over a bare plane; moto is to be active in the process (`moto.mock_aws`)."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def owns(self, service: str) -> bool:
        """See Front."""
        return self._plane.operations.owns(service)

    def call(self, service: str, operation: str, params: Params, trace_header: str = "") -> Later[Answered]:  # noqa: ARG002 - the plane's own trace has no X-Ray
        """See Front."""
        return self._plane.begin(service, operation, params)

    def raw(self, service: str, request: Request) -> Response:
        """See Front. At the plane's own time: CloudWatch Logs refuses what is two weeks old."""
        with time_machine.travel(self._plane.clock.time(), tick=False):
            return moto.raw(service, request, region=self._plane.region)

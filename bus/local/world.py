"""What lies around the plane under the real clock: the processes of functions, and HTTP servers.

A plane under the virtual clock has no world: its functions run in process, and `Outside` answers its HTTP calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bus.local.functions.answer import Answer
from bus.local.functions.package import Package
from bus.local.functions.settings import Settings
from bus.local.later import Later
from bus.local.outside.records import Answer as HttpAnswer
from bus.local.outside.records import Request


@dataclass(frozen=True, slots=True)
class Work:
    """One invocation for a process to do.

    `arn` is the ARN that the caller named (Lambda's invoked function ARN); `role` is the execution role's. `package`
    is None for a handler of this project, which comes from its bundle. `trace_header` is what X-Ray's header says: the
    function's `_X_AMZN_TRACE_ID`, which SDKs send along with its own calls. With `tail` the answer's `log` is wanted.
    """

    arn: str
    settings: Settings
    role: str
    package: Package | None
    payload: bytes
    request_id: str
    trace_header: str = ""
    client_context: Mapping[str, Any] | None = None
    tail: bool = False


class World(Protocol):
    """How the plane reaches it. Everything that comes back is an input of the plane, and journaled as one."""

    def invoke(self, work: Work) -> Later[Answer]:
        """Run a function. A crash, a timeout and a handler that cannot be loaded are answers; it never fails.

        The answer's `seconds` is 0: the time has passed when it is there. Its version and request id are the work's.
        """

    def call(self, request: Request, timeout: float) -> Later[HttpAnswer | None]:
        """Make an HTTP call; None when the server cannot be reached. `seconds` is the real time it took.

        One that takes longer than `timeout` seconds is answered with those `seconds` + 1 and status 504.
        """

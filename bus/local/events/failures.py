"""What a failed delivery means: try again, or give up at once.

User guide, "How EventBridge retries delivering events": what throttles or is unavailable is tried
again; missing permissions and missing resources go straight to the dead-letter queue. The codes
are those of a dead letter's ERROR_CODE ("Using dead-letter queues to process undelivered events").
"""

from dataclasses import dataclass

from bus.local.errors import AwsError, PlaneError

_SERVER = 500


@dataclass(frozen=True)
class Failure:
    """Why a target did not take an event, whether it may yet, and the seconds until then at least."""

    code: str
    message: str
    retryable: bool
    wait: float = 0.0


class DeliveryError(AwsError):
    """A failure that EventBridge itself finds, where no service's error has to be read.

    `seconds` is the virtual time that it took to find.
    """

    def __init__(self, failure: Failure, seconds: float = 0.0) -> None:
        self.failure, self.seconds = failure, seconds
        super().__init__(failure.code, failure.message)


class LaterError(PlaneError):
    """The target may not be called yet: the delivery is held back by `seconds`, which is no attempt and no failure."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"in {seconds} seconds")


def failure_of(error: AwsError) -> Failure:
    """What an error means to EventBridge."""
    if isinstance(error, DeliveryError):
        return error.failure
    code = _code(error.code.rpartition(".")[2], error.status)
    return Failure(code, error.message, retryable=code in _RETRYABLE)


def _code(code: str, status: int) -> str:
    if code in _THROTTLED or "Throttl" in code or "TooManyRequests" in code:
        return "THROTTLING"
    if status >= _SERVER:
        return "ERROR_FROM_TARGET"
    for part, meaning in _MEANINGS.items():
        if part in code:
            return meaning
    return "SDK_CLIENT_ERROR"


_RETRYABLE = frozenset({"THROTTLING", "ERROR_FROM_TARGET"})
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "ExecutionLimitExceeded",
        "ServiceUnavailableException",
    }
)
_MEANINGS = {
    "AccessDenied": "NO_PERMISSIONS",
    "Authorization": "NO_PERMISSIONS",
    "Unauthorized": "NO_PERMISSIONS",
    "InvalidSecurity": "NO_PERMISSIONS",
    "NotFound": "NO_RESOURCE",
    "NonExistent": "NO_RESOURCE",
    "DoesNotExist": "NO_RESOURCE",
    "AlreadyExists": "RESOURCE_ALREADY_EXISTS",
}

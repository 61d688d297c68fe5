"""What a failed delivery means: try again, or give up at once.

User guide, "How EventBridge retries delivering events": what throttles or is unavailable is tried
again; missing permissions and missing resources go straight to the dead-letter queue. The codes
are those of a dead letter's ERROR_CODE.
"""

from dataclasses import dataclass

from bus.local.errors import AwsError

_SERVER = 500


@dataclass(frozen=True)
class Failure:
    """Why a target did not take an event, and whether it may yet."""

    code: str
    message: str
    retryable: bool


def failure_of(error: AwsError) -> Failure:
    """What an error of the target's service means to EventBridge."""
    code = error.code.rpartition(".")[2]
    if "Throttl" in code or "TooManyRequests" in code or code in _THROTTLED:
        return Failure("THROTTLING", error.message, retryable=True)
    if error.status >= _SERVER:
        return Failure("ERROR_FROM_TARGET", error.message, retryable=True)
    if "AccessDenied" in code or "Authorization" in code or code in _FORBIDDEN:
        return Failure("NO_PERMISSIONS", error.message, retryable=False)
    if "NotFound" in code or "NonExistent" in code or "DoesNotExist" in code:
        return Failure("NO_RESOURCE", error.message, retryable=False)
    return Failure("SDK_CLIENT_ERROR", error.message, retryable=False)


_THROTTLED = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "LimitExceededException"})
_FORBIDDEN = frozenset({"UnauthorizedException", "KMSAccessDeniedException", "InvalidSecurity"})

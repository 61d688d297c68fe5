"""Lambda's errors, in its own words."""

from bus.local.errors import AwsError


def not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", what, status=404, Type="User")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message, Type="User")


def conflict(message: str) -> AwsError:
    return AwsError("ResourceConflictException", message, status=409, Type="User")


def outdated() -> AwsError:
    """A RevisionId that is no longer the latest."""
    message = "The Revision Id provided does not match the latest Revision Id. "
    message += "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
    return AwsError("PreconditionFailedException", message, status=412, Type="User")


def throttled(reason: str) -> AwsError:
    """No concurrency is left; `reason` is a ThrottleReason."""
    return AwsError("TooManyRequestsException", "Rate Exceeded.", status=429, Reason=reason, Type="User")


def invalid_content(error: ValueError) -> AwsError:
    return AwsError("InvalidRequestContentException", f"Could not parse request body into json: {error}", Type="User")


def too_large(size: int, limit: int) -> AwsError:
    message = f"{size} byte payload is too large for the invocation (limit {limit} bytes)"
    return AwsError("RequestTooLargeException", message, status=413, Type="User")


def package_too_large(message: str) -> AwsError:
    return AwsError("RequestEntityTooLargeException", message, status=413)

"""Lambda's errors, in its own words."""

from bus.local.errors import AwsError


def not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", what, status=404, Type="User")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message, Type="User")


def invalid_content(error: ValueError) -> AwsError:
    return AwsError("InvalidRequestContentException", f"Could not parse request body into json: {error}")


def too_large(size: int, limit: int) -> AwsError:
    message = f"{size} byte payload is too large for the invocation (limit {limit} bytes)"
    return AwsError("RequestTooLargeException", message, status=413)

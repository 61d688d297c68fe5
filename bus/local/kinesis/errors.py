"""Kinesis's errors."""

from bus.local.errors import AwsError


def invalid_argument(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)


def too_long(member: str, limit: int) -> AwsError:
    """The service model's own constraint on a member's length."""
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )


def not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", what)


def not_done(what: str) -> AwsError:
    """What AWS does and this plane does not, yet."""
    return AwsError("UnsupportedOperation", f"the local event plane does not do {what} yet", status=501)

"""Firehose's errors."""

from bus.local.errors import AwsError


def invalid_argument(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)


def not_found(name: str, account: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Firehose {name} under account {account} not found.")


def in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def too_long(member: str, limit: int) -> AwsError:
    """The service model's own constraint on a member's length."""
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )

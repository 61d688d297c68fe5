"""Kinesis's errors."""

from bus.local.errors import AwsError


def invalid_argument(message: str) -> AwsError:
    return AwsError("InvalidArgumentException", message)


def validation(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def too_long(member: str, limit: int) -> AwsError:
    """The service model's own constraint on a member's length."""
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )


def not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", what)


def in_use(message: str) -> AwsError:
    return AwsError("ResourceInUseException", message)


def limit_exceeded(message: str) -> AwsError:
    return AwsError("LimitExceededException", message)


def throttled(shard: str, stream: str, account: str) -> AwsError:
    return AwsError(
        "ProvisionedThroughputExceededException",
        f"Rate exceeded for shard {shard} in stream {stream} under account {account}.",
    )

"""SNS's errors, by the codes of its query protocol."""

from bus.local.errors import AwsError


def invalid(what: str) -> AwsError:
    """`what` completes "Invalid parameter: …"."""
    return AwsError("InvalidParameter", f"Invalid parameter: {what}")


def not_found(what: str) -> AwsError:
    """`what` is "Topic" or "Subscription"."""
    return AwsError("NotFound", f"{what} does not exist", status=404)

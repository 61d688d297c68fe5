"""SNS's errors, by the codes of its query protocol."""

from bus.local.errors import AwsError


def invalid(what: str) -> AwsError:
    """`what` completes "Invalid parameter: …"."""
    return AwsError("InvalidParameter", f"Invalid parameter: {what}")


def not_found(what: str) -> AwsError:
    """`what` is "Topic" or "Subscription"."""
    return AwsError("NotFound", f"{what} does not exist", status=404)


def not_done(what: str) -> AwsError:
    """What AWS does and this plane does not, yet."""
    return AwsError("UnsupportedOperation", f"the local event plane does not do {what} yet", status=501)

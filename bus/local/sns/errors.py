"""SNS's errors, by the codes of its query protocol."""

from bus.local.errors import AwsError

_ARN_ELEMENTS = 6


def invalid(what: str) -> AwsError:
    """`what` completes "Invalid parameter: …"."""
    return AwsError("InvalidParameter", f"Invalid parameter: {what}")


def not_found(what: str) -> AwsError:
    """`what` is "Topic" or "Subscription"."""
    return AwsError("NotFound", f"{what} does not exist", status=404)


def check_arn(arn: str, parameter: str) -> None:
    """Raises AwsError for what has too few elements to be an ARN."""
    elements = arn.count(":") + 1
    if elements < _ARN_ELEMENTS:
        raise invalid(f"{parameter} Reason: An ARN must have at least {_ARN_ELEMENTS} elements, not {elements}")

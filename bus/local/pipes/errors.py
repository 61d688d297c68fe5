"""What goes wrong in a pipe, and what its API answers."""

from bus.local.errors import AwsError, PlaneError


class PipeFailedError(PlaneError):
    """A customer error of AWS's: the enrichment or target failed, so the batch is retried.

    `seconds` is the virtual time that was spent until then.
    """

    def __init__(self, message: str, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        super().__init__(message)


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(name: str) -> AwsError:
    return AwsError("NotFoundException", f"Pipe {name} does not exist.", status=404)


def conflict(name: str, message: str) -> AwsError:
    return AwsError("ConflictException", message, status=409, resourceId=name, resourceType="pipe")


def too_many(name: str, most: int) -> AwsError:
    """The quota of pipes in an account and Region (EventBridge user guide, "EventBridge Pipes quotas")."""
    members = {"resourceId": name, "resourceType": "pipe", "serviceCode": "pipes", "quotaCode": "Pipes"}
    return AwsError(
        "ServiceQuotaExceededException", f"The account has {most} pipes, as many as it may.", status=402, **members
    )

"""SQS's own errors, with both of their names.

SQS moved from the query protocol to JSON and kept its old error codes: boto3's users see the query
code in `Error.Code` and the shape's name in `Error.QueryErrorCode`, which picks the exception class
(botocore, `_handle_sqs_compatible_error`).
"""

from bus.local.errors import AwsError

_PREFIX = "AWS.SimpleQueueService."


class SqsError(AwsError):
    """An error of SQS: `shape` is its name in the service model, `code` the query protocol's."""

    def __init__(self, shape: str, message: str, *, code: str | None = None, status: int = 400) -> None:
        self.shape = shape
        code = shape if code is None else code
        super().__init__(
            code, message, status=status, Error={"Code": code, "Message": message, "QueryErrorCode": shape}
        )


def prefixed(shape: str, message: str) -> SqsError:
    """An error whose query code carries the service's name."""
    return SqsError(shape, message, code=_PREFIX + shape)


def no_such_queue() -> SqsError:
    return SqsError(
        "QueueDoesNotExist", "The specified queue does not exist.", code="AWS.SimpleQueueService.NonExistentQueue"
    )


def invalid_value(parameter: str, value: object, reason: str) -> SqsError:
    """`reason` is a sentence."""
    return SqsError("InvalidParameterValue", f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing(parameter: str) -> SqsError:
    return SqsError("MissingParameter", f"The request must contain the parameter {parameter}.")

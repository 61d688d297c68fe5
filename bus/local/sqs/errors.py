"""SQS's own errors, with both of their names.

SQS moved from the query protocol to JSON and kept its old error codes: boto3's users see the query
code in `Error.Code` and the shape's name in `Error.QueryErrorCode`, which picks the exception class
(botocore, `_handle_sqs_compatible_error`).
"""

from bus.local.errors import AwsError

_PREFIX = "AWS.SimpleQueueService."
# Errors of the query protocol that are no shapes of the service model: what AWS calls them in JSON.
_SHAPES = {
    "InvalidParameterValue": "InvalidParameterValueException",
    "MissingParameter": "MissingRequiredParameterException",
}


class SqsError(AwsError):
    """An error of SQS: `shape` is its name in the service model, `code` the query protocol's."""

    def __init__(self, shape: str, message: str, *, code: str | None = None, status: int = 400) -> None:
        self.shape = _SHAPES.get(shape, shape)
        code = shape if code is None else code
        named = {"Code": code, "Message": message, "QueryErrorCode": self.shape, "Type": "Sender"}
        super().__init__(code, message, status=status, Error=named)


def prefixed(shape: str, message: str, status: int = 400) -> SqsError:
    """An error whose query code carries the service's name."""
    return SqsError(shape, message, code=_PREFIX + shape, status=status)


def no_such_queue() -> SqsError:
    return SqsError("QueueDoesNotExist", "The specified queue does not exist.", code=NO_SUCH_QUEUE)


def no_such_resource(message: str) -> SqsError:
    """What the operations on move tasks answer instead."""
    return SqsError("ResourceNotFoundException", message, status=404)


def invalid_value(parameter: str, value: object, reason: str) -> SqsError:
    """`reason` is a sentence."""
    return refused(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def refused(message: str) -> SqsError:
    """A parameter that SQS does not take, in its own words."""
    return SqsError("InvalidParameterValue", message)


def missing(parameter: str) -> SqsError:
    return SqsError("MissingParameter", f"The request must contain the parameter {parameter}.")


def unknown_attribute(name: str) -> SqsError:
    return SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")


NOT_THIS_TYPE = "The request include parameter that is not valid for this queue type."
NO_SUCH_QUEUE = _PREFIX + "NonExistentQueue"
